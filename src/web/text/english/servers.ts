export const serversText = {
  title: "Servers",
};
