export const downloadsText = {
  title: "Downloads",
};
