import type { ordersText as english } from "../english/orders.ts";

export const ordersText: typeof english = {
  help: {
    put: "sube un archivo o una carpeta",
    remove: "borra archivo, carpeta o patrón",
    mv: "da otro nombre a algo",
    kept: "archivos quitados, guardados",
    restore: "devuelve lo guardado (N)",
  },
  details: {
    put: ["si son varios, uno con espacios va entre comillas", "put film.mkv as films/", "put a.mkv b.mkv as films/"],
  },
  parameters: {
    ...{ put: "ARCHIVO... [as NOMBRE]", names: "NOMBRE...", name: "NOMBRE" },
    ...{ oldAndNew: "VIEJO NUEVO", nameAndNumber: "NOMBRE [N]" },
  },
  removeNeedsName: "a remove le falta un nombre, una carpeta o un patrón",
  oneRemoved: (name) => `${name} se ha borrado; los secundarios lo guardan un tiempo`,
  removed: (files) => `borrados: ${files}; los secundarios los guardan un tiempo`,
  moved: (from, to) => `${from} se llama ahora ${to}`,
  severalMoved: (files, from, to) => `${files} de ${from} están ahora en ${to}`,
  noSuchName: (name, why) => `ningún archivo puede llamarse ${name}: ${why}; put ARCHIVO as NOMBRE`,
  oneName: (name, count) => `${name} es el nombre de un solo archivo, y son ${count}; con / al final es una carpeta`,
  nameOfTwo: (name) => `dos de los archivos se llamarían ${name}`,
  twoNames: "hacen falta dos nombres, cada uno entre comillas si tiene espacios",
};
