import type { downloadsText as english } from "../english/downloads.ts";

export const downloadsText: typeof english = {
  title: "Descargas",
  file: "Archivo",
  client: "Cliente",
  progress: "Progreso",
  rate: "Velocidad",
  waiting: "En espera",
};
