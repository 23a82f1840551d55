/** Help of the clients' commands and of their flags. */
export const clientHelp = {
  "what this client is called in the statistics": "cómo se llama este cliente en las estadísticas",
  "folder that downloads go to": "carpeta a la que van las descargas",
  "0  all done, and verified": "0  todo hecho y verificado",
  "1  a download failed; what arrived is kept, and the next get resumes":
    "1  ha fallado una descarga; lo llegado se guarda, y el próximo get sigue",
  "1  a file was not put; the next put goes on with what has come":
    "1  un archivo no se ha subido; el próximo put sigue con lo que ya llegó",
  "folder where what comes from stdin is kept until it is in the cluster":
    "carpeta donde se guarda lo que viene de stdin hasta que está en el clúster",
  "taken as by get, and not used: nothing comes to this machine":
    "se acepta como en get, y no se usa: nada viene a esta máquina",
  "3  no such file, or nothing that matches": "3  no existe ese archivo, o nada encaja",
  "5  refused (key)": "5  rechazado (clave)",
  "A console for downloads. With one of the commands below: that alone, for scripts.":
    "Una consola para descargas. Con una de estas órdenes: solo esa, para guiones.",
  "a console for downloads; with a command that alone": "una consola para descargas; con una orden, solo esa",

  "Lists the files that can be downloaded.": "Lista los archivos que se pueden descargar.",
  "the files that can be downloaded": "los archivos que se pueden descargar",
  "names, folders, or patterns, such as 'series/**'; without one: all":
    "nombres, carpetas o patrones, como 'series/**'; sin ninguno, todo",
  "the order: the largest, or what was changed last, comes first":
    "el orden: primero lo más grande, o lo último que cambió",
  name: "name",
  "the other way round": "al revés",
  "only the first so many": "solo esos primeros",
  "below their folders": "debajo de sus carpetas",

  "Downloads files, each in parts from every secondary that has it. Folders stay as they are, under --dir. What is there and right is left alone.":
    "Descarga archivos, cada uno por partes de todos los secundarios que lo tienen. Las carpetas quedan como son, dentro de --dir. Lo que ya está y está bien no se toca.",
  "download files": "descarga archivos",
  "files, named as list shows them; folders, with all that is in them; or patterns, such as 'series/**/*.mkv'":
    "archivos, con el nombre que muestra list; carpetas, con todo lo que tienen; o patrones, como 'series/**/*.mkv'",
  "every file that there is": "todos los archivos que hay",
  "downloads at once, up to 16": "descargas a la vez, hasta 16",
  "say what would be downloaded, and download nothing": "dice qué se descargaría, y no descarga nada",
  "where the file goes, - for stdout; for one file only": "adónde va el archivo, - para stdout; solo para uno",
  "replace what is in the way": "reemplaza lo que estorbe",
  "how long to go on with no secondary or no central": "cuánto se sigue sin ningún secundario, o sin central",
  "print a line of JSON for each file that is done or has failed":
    "escribe una línea de JSON por cada archivo hecho o fallido",

  "Compares files of this machine with the cluster, piece by piece, and names what differs. A file has the name in the cluster that it has under --dir. Without FILE everything there is compared.":
    "Compara archivos de esta máquina con el clúster, trozo a trozo, y nombra lo que difiere. Un archivo se llama en el clúster como dentro de --dir. Sin ARCHIVO se compara todo lo que hay ahí.",
  "compare what is here with the cluster, and mend it": "compara lo de aquí con el clúster, y lo arregla",
  "0  all the same, or mended": "0  todo igual, o arreglado",
  "1  something differs, is missing here, or could not be read or mended":
    "1  algo difiere, falta aquí, o no se pudo leer o arreglar",
  "3  the cluster has no such file": "3  el clúster no tiene ese archivo",
  "files and folders of this machine": "archivos y carpetas de esta máquina",
  "fetch what differs or is missing, and nothing else, and put whole files into place":
    "trae lo que difiere o falta, y nada más, y deja los archivos enteros",
  "with --repair: only say what would be fetched": "con --repair: solo dice qué se traería",
  "what the one FILE is called in the cluster": "cómo se llama en el clúster ese único ARCHIVO",
  "how long to wait for a central that was just started to know all files":
    "cuánto se espera a que un central recién arrancado conozca todos los archivos",
  "how long to go on with no secondary": "cuánto se sigue sin ningún secundario",
  "print a line of JSON for each file, one for all, and one for each repair":
    "escribe una línea de JSON por archivo, una de todos, y una por arreglo",
  "folder that has the cluster's files": "carpeta con los archivos del clúster",

  "Shows the secondaries, the downloads that are under way and the statistics.":
    "Muestra los secundarios, las descargas en curso y las estadísticas.",
  "secondaries, downloads and statistics": "secundarios, descargas y estadísticas",

  "Serves the whole catalogue over HTTP on this machine: browsers, players, curl and file managers read files while they are downloaded and verified.":
    "Da todo el catálogo por HTTP en esta máquina: navegadores, reproductores, curl y gestores de archivos leen mientras se descarga y verifica.",
  "the catalogue as HTTP and WebDAV on this machine": "el catálogo por HTTP y WebDAV en esta máquina",
  "0  it was stopped": "0  se ha detenido",
  "1  it could not be started": "1  no se pudo arrancar",
  "where it is served; 0 takes a free port": "dónde se sirve; 0 toma un puerto libre",
  "how much of what was read is kept for the next time; 0: nothing":
    "cuánto de lo leído se guarda para la próxima vez; 0: nada",
  "where it is kept": "dónde se guarda",
  "how long a reader waits with no secondary or no central": "cuánto espera un lector sin secundarios o sin central",

  "Puts files, and folders with all in them, into the cluster: each file goes to one secondary, verified piece by piece, and the others copy it. Run again it goes on where it has ended, and what is there already is not read again.":
    "Sube archivos al clúster, y carpetas con todo lo que tienen: cada archivo va a un secundario, verificado trozo a trozo, y los demás lo copian. Si se repite, sigue donde acabó, y lo que ya está no se lee otra vez.",
  "put files into the cluster": "sube archivos al clúster",
  "files or folders of this machine, - for stdin": "archivos o carpetas de esta máquina, - para stdin",
  "its name in the cluster; with / at the end the folder for all of them":
    "su nombre en el clúster; con / al final, la carpeta para todos",
  "files at once, up to 16": "archivos a la vez, hasta 16",
  "the file's own": "el del archivo",
  "the secondary that it goes to": "el secundario al que va",
  "the one with the most room": "el que tenga más sitio",
  "how long to go on with no progress": "cuánto se sigue sin avanzar",
  "Removes files from every secondary, which keep them for a while.":
    "Borra archivos de todos los secundarios, que los guardan un tiempo.",
  "remove files everywhere": "borra archivos en todas partes",
  "files, folders, or patterns in quotes, such as 'old/**'":
    "archivos, carpetas o patrones entre comillas, como 'viejo/**'",
  "do not ask at a terminal": "no pregunta en un terminal",
  "Gives a file, or a folder with all its files, another name at every secondary. Nothing is copied.":
    "Da otro nombre a un archivo, o a una carpeta con todo lo suyo, en todos los secundarios. No se copia nada.",
  "give files other names everywhere": "da otro nombre en todas partes",
  "names; with a slash at its end NEW is a folder": "nombres; con / al final, NUEVO es una carpeta",
  "Lists replaced and removed files that the secondaries keep.":
    "Lista los archivos reemplazados y borrados que guardan los secundarios.",
  "replaced and removed files, kept": "archivos reemplazados y borrados, guardados",
  "a file, to see its versions alone": "un archivo, para ver solo sus versiones",
  "Puts back a kept version of a file, verified, as the newest one.":
    "Devuelve una versión guardada de un archivo, verificada, como la más nueva.",
  "put back a kept version": "devuelve una versión guardada",
  "a file, and which version of it, as kept lists them": "un archivo, y cuál de sus versiones, como las lista kept",
} as const;
