import type { serversText as english } from "../english/servers.ts";

export const serversText: typeof english = {
  title: "Servidores",
  server: "Servidor",
  state: "Estado",
  address: "Dirección",
  files: "Archivos",
  states: {
    joining: "Uniéndose",
    copying: "Copiando",
    "in step": "Al día",
    lost: "Perdido",
    "disk missing": "Sin disco",
  },
};
