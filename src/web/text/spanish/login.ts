import type { loginText as english } from "../english/login.ts";

export const loginText: typeof english = {
  title: "Este clúster requiere un token",
  token: "Token",
  logIn: "Entrar",
  refused: "Este token no permite entrar",
  how: "Lo hace quien tenga la clave del clúster o la de un cliente:",
  command: "la orden que hace un token",
  kept: "El navegador guarda una cookie en lugar del token, una semana como máximo. Ningún script puede leerla.",
  logOut: "Salir",
  loggedIn: (name, rights) => `${name}, que puede ${rights}`,
  rights: { read: "leer", write: "escribir", admin: "cambiarlo todo" },
};
