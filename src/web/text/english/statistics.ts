export const statisticsText = {
  title: "Statistics",
};
