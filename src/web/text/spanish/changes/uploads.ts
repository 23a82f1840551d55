import { plural } from "../../../../text/plural.ts";
import type { uploadsText as english } from "../../english/changes/uploads.ts";

export const uploadsText: typeof english = {
  upload: "Subir archivos",
  folder: "Subir una carpeta",
  short: "Subir",
  dropInto: (folder) => `Suéltelos aquí: irán a ${folder}`,
  dropAtRoot: "Suéltelos aquí para ponerlos en el clúster",
  title: "Subidas",
  files: (count, done, all) => `${done} de ${all} ${plural(count, "archivo subido", "archivos subidos")}`,
  failedFiles: (count, shown) => `${shown} ${plural(count, "ha fallado", "han fallado")}`,
  existing: (count, shown) =>
    plural(count, `Ya existe ${shown} de estos nombres`, `Ya existen ${shown} de estos nombres`),
  replaceAll: "Reemplazar todos",
  skipAll: "No reemplazar ninguno",
  replace: "Reemplazar",
  replaceFile: (name) => `Reemplazar ${name}`,
  skip: "No reemplazar",
  skipFile: (name) => `No reemplazar ${name}`,
  cancelFile: (name) => `Cancelar la subida de ${name}`,
  retryFile: (name) => `Reintentar: ${name}`,
  cancelAll: "Cancelar todas",
  clear: "Vaciar la lista",
  removeFile: (name) => `Quitar ${name} de la lista`,
  progressOf: (name) => `Subida de ${name}`,
  progressOfAll: "Todas las subidas",
  waiting: "Espera su turno",
  asking: "Comienza…",
  exists: "Ya hay un archivo con ese nombre. Lo que se reemplaza se guarda un tiempo.",
  sentOf: (sent, size) => `${sent} de ${size}`,
  left: (duration) => `faltan ${duration}`,
  storing: "Enviado. Un servidor lo comprueba y lo guarda…",
  done: "Subido",
  broken: "Se ha cortado la conexión. Lo enviado se ha perdido.",
  others: (count, shown) => `y ${shown} ${plural(count, "archivo", "archivos")} más`,
  hidden: (count, shown) =>
    plural(
      count,
      `Se ha omitido ${shown} archivo oculto: nadie lo compartiría.`,
      `Se han omitido ${shown} archivos ocultos: nadie los compartiría.`,
    ),
  tooMany: (most) => `Solo se toman los primeros ${most} archivos a la vez.`,
};
