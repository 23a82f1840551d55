export const loginText = {
  title: "This cluster needs a token",
  token: "Token",
  logIn: "Log in",
  refused: "This token does not let you in",
  how: "Whoever has the cluster key, or a client's key, makes one:",
  command: "the command that makes a token",
  kept: "The browser keeps a cookie that stands for the token, for a week at most. No script can read it.",
  logOut: "Log out",
  loggedIn: (name: string, rights: string) => `${name}, who may ${rights}`,
  rights: { read: "read", write: "write", admin: "change everything" },
};
