export const filesText = {
  title: "Files",
};
