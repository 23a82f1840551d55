export const loginText = {
  title: "This cluster needs a token",
};
