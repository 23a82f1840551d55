import type { clusterText as english } from "../english/cluster.ts";
import { plural } from "../plural.ts";

export const clusterText: typeof english = {
  serving: "en servicio",
  notListed: (why) => `aún no se conocen todos los archivos: ${why}`,
  notServing: (why) => `sin servicio: ${why}`,
  states: {
    joining: "entrando",
    copying: "copiando",
    "in step": "al día",
    lost: "perdido",
    stopped: "detenido",
    "disk missing": "sin disco",
  },
  moreCounts: (count) => `… y ${count} más (status --json los tiene todos)`,
  downloadsNow: (active, waiting) => `descargas ahora: ${active} en curso, ${waiting} en espera`,
  secondariesOf: (present, known) => `${present} de ${known} ${plural(Number(known), "secundario", "secundarios")}`,
  inShort: (secondaries, files) => `${secondaries}, ${files}`,
  problem: (number, reason) => `secundario ${number}: ${reason}`,
  oneObstacle: (number, obstacle) => `el secundario ${number} no puede copiar ${obstacle}`,
  obstacles: (number, count, first) =>
    `el secundario ${number} no puede copiar ${count} ${plural(Number(count), "archivo", "archivos")}; el primero: ${first}`,
};
