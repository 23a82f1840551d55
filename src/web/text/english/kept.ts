export const keptText = {
  title: "Kept versions",
};
