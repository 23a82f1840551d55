/** What is wrong with a command line. */
export const usage = {
  "{flag}: {why}": "{flag}: {why}",
  "{flag} {value}: it takes {accepted}": "{flag} {value}: se espera {accepted}",
  "{flag} {given}: it takes {accepted}": "{flag} {given}: se espera {accepted}",
  "{flag} {value}: {what}; it takes a folder": "{flag} {value}: {what}; se espera una carpeta",
  "that is a file": "eso es un archivo",
  "{path} is a file": "{path} es un archivo",
  "{word}: given more than once": "{word}: se ha dado más de una vez",
  "{word} takes no value": "{word} no lleva valor",
  "{word} needs a value: {usage}": "{word} necesita un valor: {usage}",
  "unknown flag {word}: {hint}": "opción desconocida {word}: {hint}",
  "did you mean {similar}?": "¿quería decir {similar}?",
  "did you mean {similar}? ": "¿quería decir {similar}? ",
  "unknown command {word}: {hint}there are {words}": "orden desconocida {word}: {hint}hay {words}",
  "unknown command {wanted}: {hint}": "orden desconocida {wanted}: {hint}",
  "{wanted} is in several commands: {ending}": "{wanted} está en varias órdenes: {ending}",
  "see {name} --help": "vea {name} --help",
  "a command comes first, {hint}": "primero va una orden, {hint}",
  "a command is missing: {hint}": "falta una orden: {hint}",
  "unexpected argument {extra}: see {command} --help": "argumento inesperado {extra}: vea {command} --help",
  "{one} and {other}: give one of them": "{one} y {other}: dé solo una de las dos cosas",
  "{words} or {last}": "{words} o {last}",
  "a text that is not empty": "un texto que no esté vacío",
  "a whole number from {least} to {most}": "un número entero de {least} a {most}",
  "a number of seconds, 0 or more": "un número de segundos, 0 o más",
  "a number of days from 0 to 99999": "un número de días de 0 a 99999",
  "a size such as 500M, 2G or 1.5T, 0 for none": "un tamaño como 500M, 2G o 1.5T, 0 para ninguno",
  "an IP address of this machine": "una dirección IP de esta máquina",
  "PORT or IP:PORT, a loopback address: it is for this machine alone":
    "PUERTO o IP:PUERTO, una dirección de loopback: es solo para esta máquina",
  "PORT or IP:PORT, an IP address of this machine, an IPv6 one in brackets":
    "PUERTO o IP:PUERTO, una dirección IP de esta máquina, si es IPv6 entre corchetes",
  "{word} {value}: anyone who reaches that address could connect; give a --key-file, add --open to allow that, or use a loopback address":
    "{word} {value}: podría conectarse cualquiera que llegue a esa dirección; dé un --key-file, añada --open para permitirlo, o use una dirección de loopback",
  "HOST or HOST:PORT, with a port from 1 to 65535": "HOST o HOST:PUERTO, con un puerto de 1 a 65535",
  "HOST or HOST:PORT, an IPv6 address with a port as [ADDRESS]:PORT":
    "HOST o HOST:PUERTO, una dirección IPv6 con puerto como [DIRECCIÓN]:PUERTO",
  "a port from 1 to 65535": "un puerto de 1 a 65535",
  "a host that others can connect to": "un host al que otros se puedan conectar",
  "{one} has the port {inHost} and {other} {own}: give the port once":
    "{one} tiene el puerto {inHost} y {other} {own}: dé el puerto una sola vez",
  "1 to 100 characters, none of them a control character": "de 1 a 100 caracteres, ninguno de control",
  "en or es": "en o es",
  "bytes a second such as 500K, 10M or 1.5G (K is 1024), 1K or more; 0 or off: no limit":
    "bytes por segundo como 500K, 10M o 1.5G (K es 1024), 1K o más; 0 u off: sin límite",
  "HH:MM-HH:MM {word}RATE, with a rate in {form}": "HH:MM-HH:MM {word}RITMO, con una velocidad en {form}",
  "limit {argument}: it takes {parameter}, a rate in {form}":
    "limit {argument}: se espera {parameter}, una velocidad en {form}",
  limit: "límite",
  now: "ahora",
  "no limit": "sin límite",
  "until the schedule changes ({times})": "hasta que cambie el horario ({times})",
  "by the schedule, {times}": "por el horario, {times}",

  "{discover} looks for the central, and {other} says where it is: give one of them":
    "{discover} busca el central, y {other} dice dónde está: dé solo una de las dos cosas",
  "{first} and {second}: they name two addresses; give one of them":
    "{first} y {second}: nombran dos direcciones; dé solo una",
  "--discover has found {count} centrals: {centrals}; say which one, as in --central {address}":
    "--discover ha encontrado {count} centrales: {centrals}; diga cuál, como en --central {address}",
  "{instance} at {where}": "{instance} en {where}",
  "and {count} more": "y {count} más",
  " (not asked: {faults})": " (no se ha preguntado: {faults})",
  "--discover cannot ask on any network{failed}: say where the central is, with --central HOST[:PORT]":
    "--discover no puede preguntar en ninguna red{failed}: diga dónde está el central, con --central HOST[:PUERTO]",
  "on the local network within {seconds} s, asked on {networks}{failed}":
    "en la red local en {seconds} s, preguntando en {networks}{failed}",
  "no central has answered {where}: is one there that was started with --discover? Else say where it is, with --central HOST[:PORT]":
    "no ha respondido ningún central {where}: ¿hay alguno arrancado con --discover? Si no, diga dónde está, con --central HOST[:PUERTO]",
  "found the central {instance} at {address}": "encontrado el central {instance} en {address}",
  "which central? Name one as in --central server0:50000, or set REDES_CENTRAL=server0:50000; --discover looks for one on this network":
    "¿qué central? Nómbrelo como en --central servidor0:50000, o ponga REDES_CENTRAL=servidor0:50000; --discover busca uno en esta red",

  "it takes one file only, and not {flag}": "se espera un solo archivo, y no {flag}",
  "it takes one NAME only, and there are {count}": "se espera un solo NOMBRE, y hay {count}",
  "it takes one file only, and {files} are meant": "se espera un solo archivo, y son {files}",
  "NAME is missing: give one or more files, named as list shows them":
    "falta NOMBRE: dé uno o más archivos, como los nombra list",
  "NAME {text}: no file can be called so: {fault}": "NOMBRE {text}: ningún archivo puede llamarse así: {fault}",
  "NAME {name}: no file can be called so: {fault}": "NOMBRE {name}: ningún archivo puede llamarse así: {fault}",
  "{word} {name}: no file can be called so: {fault}": "{word} {name}: ningún archivo puede llamarse así: {fault}",
  "the file and --json cannot both go to stdout": "el archivo y --json no pueden ir los dos a stdout",
  "that is a folder; it takes the path of a file, and --dir a folder":
    "eso es una carpeta; se espera la ruta de un archivo, y --dir lleva una carpeta",
  "that is no regular file; it takes the path of a file, or - for stdout":
    "eso no es un archivo normal; se espera la ruta de un archivo, o - para stdout",
  "unexpected argument {extra}: kept takes one NAME, or none":
    "argumento inesperado {extra}: kept lleva un NOMBRE, o ninguno",
  "mv takes two names: what a file or a folder is called now, and what it is to be called":
    "mv lleva dos nombres: cómo se llama ahora un archivo o una carpeta, y cómo se ha de llamar",
  "FILE is missing: give files of this machine, or - for stdin":
    "falta ARCHIVO: dé archivos de esta máquina, o - para stdin",
  "--as {as}: that is the name of one file, and there are {count}; with / at its end it is a folder":
    "--as {as}: es el nombre de un archivo, y hay {count}; con / al final es una carpeta",
  "what comes from stdin needs a name: --as NAME": "lo que viene de stdin necesita un nombre: --as NOMBRE",
  "{path}: no file of the cluster can be called {name}: {fault}; give --as NAME":
    "{path}: ningún archivo del clúster puede llamarse {name}: {fault}; dé --as NOMBRE",
  "two of the files would be called {twice}": "dos de los archivos se llamarían {twice}",
  "- is stdin, and that is a terminal: give it a file or a pipe":
    "- es stdin, y es un terminal: dele un archivo o una tubería",
  "- is stdin, and that is closed: give it a file or a pipe":
    "- es stdin, y está cerrado: dele un archivo o una tubería",
  "NAME is missing: give files, folders or patterns": "falta NOMBRE: dé archivos, carpetas o patrones",
  "NAME is missing: give a file that redes client kept lists":
    "falta NOMBRE: dé un archivo que liste redes client kept",
  "unexpected argument {extra}: restore takes NAME and a NUMBER":
    "argumento inesperado {extra}: restore lleva NOMBRE y un NÚMERO",
  "NUMBER {number}: it takes the number of a version, as redes client kept lists it":
    "NÚMERO {number}: se espera el número de una versión, como lo lista redes client kept",
  "{flag} needs --cache-dir: there is no home folder here": "{flag} necesita --cache-dir: aquí no hay carpeta personal",
  "{flag}: it goes with --repair; without that nothing is changed":
    "{flag}: va con --repair; sin eso no se cambia nada",
  "{path} is not in {folder}: name its folder with --dir, or its name in the cluster with --as":
    "{path} no está en {folder}: dé su carpeta con --dir, o su nombre en el clúster con --as",
  "{word} {name}: it takes one FILE": "{word} {name}: se espera un solo ARCHIVO",
  "{word} {name}: {path} is a folder; it takes one FILE":
    "{word} {name}: {path} es una carpeta; se espera un solo ARCHIVO",
  "--sort {word}: it takes name, size or date": "--sort {word}: se espera name, size o date",
  "--limit {limit}: it takes a whole number from 1 on": "--limit {limit}: se espera un número entero desde 1",
  "SHELL is missing: give one of {shells}": "falta SHELL: dé uno de {shells}",
  "unexpected argument {extra}: completion takes one SHELL": "argumento inesperado {extra}: completion lleva un SHELL",
  "SHELL {shell}: there are {shells}": "SHELL {shell}: hay {shells}",
  "FILE is missing: give one or more files": "falta ARCHIVO: dé uno o más archivos",
  "{name} is missing: {todo}": "falta {name}: {todo}",
  "unexpected argument {extra}: there is one {name} only": "argumento inesperado {extra}: solo hay un {name}",
  "--{flag} is missing: {todo}": "falta --{flag}: {todo}",

  "start the secondaries: {command}, then -n 2 …": "arranque los secundarios: {command}, luego -n 2 …",
  "{folder} is empty: put files there, and all get them":
    "{folder} está vacía: ponga ahí archivos, y los tendrán todos",
  "{flag} announces the central to other machines, and it listens on {host}, for this one alone: give --ip too, with a --key-file or --open":
    "{flag} anuncia el central a otras máquinas, y escucha en {host}, solo para esta: dé también --ip, con un --key-file o --open",
  "--data {path}: {why}; it takes a folder that can be written to":
    "--data {path}: {why}; se espera una carpeta en la que se pueda escribir",
  "it cannot be made": "no se puede crear",
  "only {limit} files may be open at once (ulimit -n): a {role} needs at least {least}":
    "solo pueden estar abiertos {limit} archivos a la vez (ulimit -n): un {role} necesita al menos {least}",
  "--http-host {name}: it takes the name of a host": "--http-host {name}: se espera el nombre de un host",
  "{flag} needs --http: nothing is served there": "{flag} necesita --http: ahí no se sirve nada",
  "{flag} needs --tls-cert, the certificate of that key": "{flag} necesita --tls-cert, el certificado de esa clave",
  "that is a folder; it takes a file": "eso es una carpeta; se espera un archivo",
  "it is in the shared folder {shared}, and would be copied to every server; it takes a file elsewhere":
    "está en la carpeta compartida {shared}, y se copiaría a todos los servidores; se espera un archivo en otra parte",
  "--number is missing: give this secondary a number of its own, 1 or more, such as -n 1":
    "falta --number: dé a este secundario un número propio, 1 o más, como -n 1",
  "move it out of there, and make a new key if it was shared already":
    "sáquelo de ahí, y haga una clave nueva si ya se ha compartido",
  "it is in the shared folder {folder}, from which every client could download it: {todo}":
    "está en la carpeta compartida {folder}, de la que lo podría descargar cualquier cliente: {todo}",
} as const;
