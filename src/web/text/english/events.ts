export const eventsText = {
  title: "Events",
};
