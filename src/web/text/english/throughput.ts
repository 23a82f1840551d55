export const throughputText = {
  title: "Throughput",
};
