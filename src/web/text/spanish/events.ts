import type { eventsText as english } from "../english/events.ts";

export const eventsText: typeof english = {
  title: "Sucesos",
  what: "Lo que ha pasado últimamente, lo último primero.",
  filter: "Mostrar solo",
  kinds: {
    serving: "Servicio",
    servers: "Servidores",
    files: "Archivos",
    downloads: "Descargas",
    accusations: "Acusaciones",
  },
  columns: { at: "Hora", kind: "Clase", what: "Qué" },
  serving: "El clúster da servicio.",
  notServing: "El clúster no da servicio.",
  server: {
    joining: (number) => `El servidor ${number} ha llegado y dice qué archivos tiene.`,
    copying: (number) => `El servidor ${number} copia lo que le falta.`,
    "in step": (number) => `El servidor ${number} está al día.`,
    lost: (number) => `El servidor ${number} se ha perdido.`,
    "disk missing": (number) => `El servidor ${number} ha perdido su disco.`,
  },
  serverGone: (number) => `El servidor ${number} se ha olvidado.`,
  file: {
    new: (name) => `${name} es nuevo.`,
    replaced: (name) => `${name} tiene una versión nueva.`,
    vanished: (name) => `${name} ha desaparecido de una carpeta y se vuelve a copiar.`,
    lost: (name) => `${name} ha desaparecido de la última carpeta que lo tenía.`,
    removed: (name) => `${name} se ha borrado.`,
  },
  files: {
    new: (count, first) => `${count} archivos son nuevos, entre ellos ${first}.`,
    replaced: (count, first) => `${count} archivos tienen versiones nuevas, entre ellos ${first}.`,
    vanished: (count, first) =>
      `${count} archivos han desaparecido de carpetas y se vuelven a copiar, entre ellos ${first}.`,
    lost: (count, first) =>
      `${count} archivos han desaparecido de la última carpeta que los tenía, entre ellos ${first}.`,
    removed: (count, first) => `${count} archivos se han borrado, entre ellos ${first}.`,
  },
  atServer: (number) => `Servidor ${number}`,
  downloadActive: (client, name) => `${client} descarga ${name}.`,
  downloadWaiting: (client, name) => `${client} espera a ${name}.`,
  downloadEnd: {
    done: (client, name) => `${client} ya tiene ${name}.`,
    failed: (client, name) => `${client} no ha podido descargar ${name}.`,
    cancelled: (client, name) => `${client} ha cancelado la descarga de ${name}.`,
    left: (client, name) => `${client} se ha ido mientras descargaba ${name}.`,
  },
  downloadsMissed: (count) => `${count} sucesos más de descargas.`,
  accusation: (accuser, number) => `${accuser} acusa al servidor ${number}:`,
  wrongPiece: (piece) => `el trozo ${piece} era erróneo`,
  brokenProtocol: "no respetó el protocolo",
  accusationsMissed: (count) => `${count} acusaciones más.`,
  noneTitle: "Aún no ha pasado nada",
  noneWhat: "Lo que pasa con los servidores, los archivos y las descargas se cuenta aquí en el acto.",
  noneOfKind: "Últimamente no ha pasado nada de estas clases.",
  showMore: "Mostrar más",
};
