import type { throughputText as english } from "../english/throughput.ts";

export const throughputText: typeof english = {
  title: "Rendimiento",
  what: "Bytes de archivos por segundo, de cada servidor, en la última hora.",
  direction: "Sentido",
  sent: "Enviado",
  received: "Recibido",
  form: "Se muestra como",
  chart: "Gráfico",
  table: "Tabla",
  chartLabel: (direction, peak) =>
    `Gráfico de la última hora: ${direction}, como máximo ${peak}. Lo mismo está como tabla.`,
  line: (number) => `Servidor ${number}`,
  others: "Todos los demás",
  columns: { line: "Servidor", now: "Ahora", highest: "Máximo", bytes: "En la hora", from: "Desde" },
  summary: "Cada servidor en la última hora",
  rows: "Medias de cinco minutos",
  unknown: "–",
  noneTitle: "Aún no hay nada que dibujar",
  noneWhat: "Los primeros datos llegan unos segundos después del primer servidor.",
};
