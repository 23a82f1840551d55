import type { frameText as english } from "../english/frame.ts";

export const frameText: typeof english = {
  skip: "Saltar al contenido",
  navigation: "Vistas",
  views: {
    files: "Archivos",
    servers: "Servidores",
    downloads: "Descargas",
    throughput: "Rendimiento",
    statistics: "Estadísticas",
    kept: "Guardados",
    events: "Sucesos",
  },
  connecting: "Conectando",
  serving: "En servicio",
  notServing: "Sin servicio",
  disconnected: "Sin conexión",
  disconnectedLong: "Sin conexión con el central. Se vuelve a intentar…",
  servers: (present, known) => `${present} de ${known} servidores`,
  active: (count) => `${count} en curso`,
  outdated: "El central tiene ahora otra versión.",
  outdatedWhat: "Esta página es de la versión anterior y puede mostrar datos erróneos.",
  reload: "Recargar",
  notServingTitle: "El clúster aún no da servicio",
  notServingWhat: "No se puede descargar nada hasta que se cumpla lo siguiente:",
  rightsTitle: "Sus permisos no bastan",
  rightsWhat: "El token presentado no permite ver este clúster. Pida uno con permiso de lectura a quien lo hizo.",
};
