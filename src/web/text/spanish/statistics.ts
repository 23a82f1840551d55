import type { statisticsText as english } from "../english/statistics.ts";

export const statisticsText: typeof english = {
  title: "Estadísticas",
  what: "Descargas acabadas, cada una contada una vez. Las hechas por HTTP no cuentan.",
  of: "Contadas por",
  files: "Archivos",
  clients: "Clientes",
  columns: { files: "Archivo", clients: "Cliente", downloads: "Descargas" },
  noneTitle: "Aún no se ha descargado nada",
  noneWhat: "Cada descarga acabada se cuenta aquí por su archivo y por su cliente.",
};
