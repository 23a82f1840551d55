/** Help of commands and flags, but for those of clients and of keys. */
export const help = {
  Usage: "Uso",
  Commands: "Órdenes",
  Options: "Opciones",
  Examples: "Ejemplos",
  Console: "Consola",
  "Exit codes": "Códigos de salida",
  "{name} COMMAND --help tells more about a command.": "{name} ORDEN --help dice más sobre una orden.",
  "; also {words}": "; también {words}",
  ", else ": ", o ",
  "default: {presets}": "si no: {presets}",
  "Type help for its commands. Without a terminal each line of stdin is one.":
    "Escriba help para ver sus órdenes. Sin terminal, cada línea de stdin es una.",

  "show this help": "muestra esta ayuda",
  "show the version": "muestra la versión",
  "tell more, for somebody who looks for a fault": "dice más, para quien busca un fallo",
  "say results and what goes wrong alone": "solo dice resultados y lo que va mal",
  "language of what is said": "idioma de los mensajes",
  "by LC_ALL, LC_MESSAGES or LANG": "según LC_ALL, LC_MESSAGES o LANG",
  "print JSON": "escribe JSON",
  "the key of this process: the cluster key, or one made from it (redes key); given again: a key that others may have":
    "la clave de este proceso: la del clúster, o una hecha con ella (redes key); si se repite, una que otros pueden tener",
  "where the central is": "dónde está el central",
  "the same; HOST:PORT works too": "lo mismo; también vale HOST:PUERTO",
  "the central's port": "el puerto del central",
  "look for the central on the local network": "busca el central en la red local",

  "address to listen on": "dirección en la que escucha",
  "port to listen on; 0 takes a free one": "puerto en el que escucha; 0 toma uno libre",
  "another name by which programs call it over HTTP; may be repeated":
    "otro nombre con el que lo llaman por HTTP; se puede repetir",
  "certificate for HTTPS, or a chain, in the place of one made from the key":
    "certificado para HTTPS, o una cadena, en vez de uno hecho con la clave",
  "its key": "su clave",
  "the same file": "el mismo archivo",
  "with a key: metrics and the health paths without a token": "con clave: métricas y estado sin token",
  "let everyone who can connect do so; needed beyond loopback":
    "deja entrar a quien pueda conectarse; hace falta si no es loopback",
  "how log lines look": "cómo son las líneas del registro",
  "add log lines to that file, in the place of stderr; SIGHUP opens it anew":
    "añade el registro a ese archivo, y no a stderr; SIGHUP lo abre de nuevo",
  "also serve HTTP there, for programs that are not redes; 0 takes a free port":
    "da también HTTP ahí, para otros programas; 0 toma un puerto libre",
  "where the database and the statistics are kept": "dónde se guardan la base de datos y las estadísticas",
  "most bytes a second that it sends, to all together": "bytes por segundo que envía como mucho, a todos juntos",
  "of these, to other secondaries, which copy": "de ellos, a los otros secundarios, que copian",
  "most bytes a second of what it copies, and of files that clients put":
    "bytes por segundo de lo que copia, y de los archivos que suben los clientes, como mucho",
  "most bytes a second, such as 10M": "bytes por segundo como mucho, como 10M",
  "another limit every day at a time: '08:00-18:00 2M'; may be repeated":
    "otro límite cada día a unas horas: '08:00-18:00 2M'; se puede repetir",
  "0, no limit": "0, sin límite",

  "Coordinates secondaries and clients, and keeps the statistics.":
    "Coordina a los secundarios y a los clientes, y lleva las estadísticas.",
  "the server that knows who has what": "el servidor que sabe quién tiene qué",
  "how many must be in step before it serves for the first time":
    "cuántos deben estar al día antes de dar servicio por primera vez",
  "downloads at once; later ones wait": "descargas a la vez; las demás esperan",
  "announce it on the local network, where --discover of the others finds it":
    "lo anuncia en la red local, donde lo encuentra --discover",

  "Shares a folder, copies what the other secondaries have, and serves pieces of files.":
    "Comparte una carpeta, copia lo que tienen los otros secundarios, y sirve trozos de archivos.",
  "a server that shares a folder and copies the others' files":
    "un servidor que comparte una carpeta y copia lo de los otros",
  "its number, 1 or more; each secondary has another": "su número, 1 o más; cada secundario tiene otro",
  "the shared folder": "la carpeta compartida",
  "share this folder although it is not the one shared before; give it once":
    "comparte esta carpeta aunque no sea la de antes; se da una vez",
  "how long replaced and removed files are kept; 0: not at all":
    "cuánto se guarda lo reemplazado y lo borrado; 0: nada",
  "where others reach it, if not where it listens": "dónde lo encuentran los demás, si no es donde escucha",

  "Runs a central and three secondaries here, downloads a file from them, and kills one of them meanwhile.":
    "Arranca aquí un central y tres secundarios, descarga de ellos un archivo, y mata a uno mientras tanto.",
  "the whole system on this machine, and one download": "todo el sistema en esta máquina, y una descarga",
  "your files, instead of 256 MiB that are made up": "sus archivos, en vez de 256 MiB inventados",
  "with a key of its own: every connection is TLS, and nobody else gets in":
    "con su propia clave: todo va por TLS, y no entra nadie más",
  "with the page of the cluster, until Ctrl-C; without a port at a free one":
    "con la página del clúster, hasta Ctrl-C; sin puerto, en uno libre",

  "Prints the id of each file, which list --json gives for the cluster's. Equal ids mean equal content.":
    "Escribe el id de cada archivo, que list --json da de los del clúster. El mismo id es el mismo contenido.",
  "the ids that files have as versions": "los id de los archivos como versiones",
  "files of this machine": "archivos de esta máquina",
  "print JSON, with size and plain BLAKE3, as b3sum makes it": "escribe JSON, con el tamaño y el BLAKE3 que da b3sum",
  "0  all done": "0  todo hecho",
  "1  a file could not be read; the others are printed": "1  no se pudo leer un archivo; los demás se escriben",
  "2  wrong usage": "2  uso incorrecto",

  "Keeps a folder of large files identical on several servers, and downloads a file in parts from all of them.":
    "Mantiene igual una carpeta de archivos grandes en varios servidores, y descarga un archivo por partes de todos ellos.",
  "large files, identical on several servers": "archivos grandes, iguales en varios servidores",
  "To try it": "Para probarlo",
  "redes demo               everything at once, on this machine":
    "redes demo               todo a la vez, en esta máquina",
  "or, each in a terminal of its own:": "o bien, cada uno en su terminal:",
  "redes central": "redes central",
  "redes secondary -n 1     shares ./videos1; then -n 2 and -n 3":
    "redes secondary -n 1     comparte ./videos1; luego -n 2 y -n 3",
  "redes client             type help there": "redes client             escriba help ahí",

  "Looks at a cluster from where it runs: whether the central and each secondary can be reached, and whether clocks, versions, keys, room and the limits of this machine are well. Says for each fault what to do.":
    "Mira un clúster desde donde está: si se llega al central y a cada secundario, y si están bien los relojes, las versiones, las claves, el espacio y los límites de esta máquina. De cada fallo dice qué hacer.",
  "what is wrong with a cluster, and what to do": "qué va mal en un clúster, y qué hacer",
  "0  all is well, or there are warnings alone": "0  todo está bien, o solo hay avisos",
  "1  a check has failed": "1  ha fallado una comprobación",
  "4  the central cannot be reached": "4  no se llega al central",

  "Shows the help of the program, or of a command.": "Muestra la ayuda del programa, o la de una orden.",
  "this help, or that of a command": "esta ayuda, o la de una orden",
  "its words, as in client get": "sus palabras, como en client get",
  "Shows the version, as redes --version does.": "Muestra la versión, como redes --version.",
  "the version": "la versión",
  "Prints the script with which a shell completes commands, flags, values and the names of the cluster's files with the Tab key. The central that the command line means is asked for names, for a second at most.":
    "Escribe el guion con el que un shell completa con el tabulador órdenes, opciones, valores y los nombres de los archivos del clúster. Los nombres se preguntan al central de la línea de órdenes, un segundo como mucho.",
  "Tab completion for bash, zsh or fish": "completar con el tabulador en bash, zsh o fish",
  "To have it in every shell": "Para tenerlo en todos los shells",
  "bash  source <(redes completion bash)    in ~/.bashrc": "bash  source <(redes completion bash)    en ~/.bashrc",
  "zsh   source <(redes completion zsh)     in ~/.zshrc, below compinit":
    "zsh   source <(redes completion zsh)     en ~/.zshrc, tras compinit",
  "fish  redes completion fish | source     in ~/.config/fish/config.fish":
    "fish  redes completion fish | source     en ~/.config/fish/config.fish",
  "the shell": "el shell",
  "Shows the manual page of the program, or of a command. Where stdout is no terminal, it prints what man reads.":
    "Muestra la página de manual del programa, o la de una orden. Si stdout no es un terminal, escribe lo que lee man.",
  "manual pages": "páginas de manual",
  "write the pages of all commands there, each into a file of its own":
    "escribe ahí las páginas de todas las órdenes, cada una en su archivo",
} as const;
