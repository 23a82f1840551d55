import type { partsText as english } from "../english/parts.ts";

export const partsText: typeof english = {
  copy: "Copiar",
  copied: "Copiado",
  close: "Cerrar",
  loading: "Cargando…",
  sortAscending: "en orden ascendente",
  sortDescending: "en orden descendente",
  tryAgain: "Reintentar",
};
