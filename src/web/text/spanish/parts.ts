import type { partsText as english } from "../english/parts.ts";

export const partsText: typeof english = {
  copy: "Copiar",
  copied: "Copiado",
  close: "Cerrar",
  loading: "Cargando…",
  sortAscending: "en orden ascendente",
  sortDescending: "en orden descendente",
  tryAgain: "Reintentar",
  pages: "Páginas",
  previousPage: "Anterior",
  nextPage: "Siguiente",
  rowsShown: (first, last) => `${first}–${last}`,
  failed: "Esto no se ha podido mostrar",
  unreachable: "redes no ha respondido.",
  rights: "Sus permisos no bastan para esto.",
  noName: "Ningún archivo ni carpeta puede llamarse así.",
  unexplained: (status) => `La respuesta ha sido el estado ${status}, sin decir por qué: quizá es de un proxy.`,
  notDone: "No se ha hecho",
  cancel: "Cancelar",
  clearSearch: "Borrar la búsqueda",
  server: (number) => `servidor ${number}`,
};
