import type { loginText as english } from "../english/login.ts";

export const loginText: typeof english = {
  title: "Este clúster requiere un token",
};
