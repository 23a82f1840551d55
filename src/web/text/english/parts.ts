export const partsText = {
  copy: "Copy",
  copied: "Copied",
  close: "Close",
  loading: "Loading…",
  sortAscending: "in ascending order",
  sortDescending: "in descending order",
  tryAgain: "Try again",
};
