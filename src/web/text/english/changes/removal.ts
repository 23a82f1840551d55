export const removalText = {
  remove: "Remove",
  title: (name: string) => `Remove ${name}?`,
  verb: "Remove everywhere",
  what: (size: string, count: number, holders: string) => {
    if (count === 0) return `It goes out of the list. No server that is here has these ${size}.`;
    return count === 1
      ? `The one server that holds it takes these ${size} out of its folder.`
      : `All ${holders} servers that hold it take these ${size} out of their folders.`;
  },
  later: "So do servers that are away now, when they come back.",
  kept: "They keep it for some days: it can be restored from the view of kept versions.",
};
