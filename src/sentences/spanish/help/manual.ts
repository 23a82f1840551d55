/** What manual pages have in addition to help. */
export const manual = {
  Name: "Nombre",
  Synopsis: "Sinopsis",
  Description: "Descripción",
  "Exit status": "Estado de salida",
  Environment: "Entorno",
  Files: "Archivos",
  "See also": "Véase también",
  "User Commands": "Órdenes de usuario",
  "{name} has no page": "{name} no tiene página",
  "{flag} writes all pages: it takes no {extra}": "{flag} escribe todas las páginas: no acepta {extra}",
  "0  all went well": "0  todo ha ido bien",
  "1  it failed, and stderr says why": "1  ha fallado, y stderr dice por qué",
  "where the history of consoles is kept, and what was verified; ~/.local/state where it is not set.":
    "dónde se guarda el historial de las consolas, y qué se ha verificado; ~/.local/state si no está puesta.",
  "where it is set, nothing is written in colors.": "si está puesta, no se escribe nada en colores.",
  "on a terminal that is dumb nothing is painted, neither bars nor a prompt that stays.":
    "en un terminal dumb no se pinta nada, ni barras ni un indicador fijo.",
  "beside the destination: what has come of a file, until it is whole.":
    "junto al destino: lo que ha llegado de un archivo, hasta que está entero.",
  "which files of this machine were verified, and need not be read again while nobody changes them.":
    "qué archivos de esta máquina se han verificado, y no hay que volver a leer mientras nadie los cambie.",
  "shows what is longer than the terminal; less where it is not set, nothing where it is empty.":
    "muestra lo que no cabe en el terminal; less si no está puesta, nada si está vacía.",
  "in --data: statistics, removed names, and that the cluster was in step once.":
    "en --data: estadísticas, nombres borrados, y que el clúster estuvo al día una vez.",
  "in --data: the statistics as JSON, written when it stops.": "en --data: las estadísticas como JSON, al detenerse.",
  "in --data: hashes of the shared files, and statistics.":
    "en --data: los hash de los archivos compartidos, y estadísticas.",
  "in the shared folder: its mark, what is being copied, and in .redes/kept what was replaced or removed.":
    "en la carpeta compartida: su marca, lo que se está copiando, y en .redes/kept lo reemplazado o borrado.",
  "in the shared folder: what is not shared, in the way of .gitignore.":
    "en la carpeta compartida: lo que no se comparte, a la manera de .gitignore.",
  "where --cache-dir is by itself; ~/.cache where it is not set.":
    "dónde está --cache-dir si no se da; ~/.cache si no está puesta.",
  "what was read, for the next time.": "lo leído, para la próxima vez.",
  "its value holds where --{name} is not given; several values have a colon between them.":
    "su valor vale cuando no se da --{name}; varios valores llevan dos puntos entre ellos.",
  "its value holds where --{name} is not given.": "su valor vale cuando no se da --{name}.",
  "what was typed at the console.": "lo que se ha escrito en la consola.",
} as const;
