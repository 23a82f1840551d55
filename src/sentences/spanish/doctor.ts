/** What `doctor` finds, and what it advises. */
export const doctor = {
  ok: "bien",
  warning: "aviso",
  FAILED: "MAL",
  clock: "reloj",
  key: "clave",
  version: "versión",
  descriptors: "descriptores",
  inotify: "inotify",
  room: "espacio",
  "keys of servers": "claves de servidores",
  "room of secondary {number}": "espacio del secundario {number}",
  joining: "entrando",
  copying: "copiando",
  "in step": "al día",
  "all {count} checks are well": "las {count} comprobaciones están bien",
  "{count} checks: {bad} failed, {warned} with a warning": "{count} comprobaciones: {bad} mal, {warned} con avisos",
  "{address}: {message}": "{address}: {message}",
  "it was only to be seen whether it answers": "solo era para ver si responde",
  "{downloads} now, {waiting} waiting": "{downloads} ahora, {waiting} en espera",
  "it serves with {there} of {secondaries}: {now}": "da servicio con {there} de {secondaries}: {now}",
  "it does not serve: {missing}": "no da servicio: {missing}",
  "wait: what is missing is being copied; redes client status shows how much is left":
    "espere: se está copiando lo que falta; redes client status muestra cuánto queda",
  "start the secondaries that are missing, each with a number of its own: redes secondary -n {free}":
    "arranque los secundarios que faltan, cada uno con su número: redes secondary -n {free}",
  "the central does not tell the time": "el central no dice la hora",
  "update redes where the central is": "actualice redes donde está el central",
  "the central's clock and the one here differ by {milliseconds} ms":
    "el reloj del central y el de aquí difieren en {milliseconds} ms",
  "the central's clock is {duration} ahead of the one here":
    "el reloj del central va {duration} por delante del de aquí",
  "the central's clock is {duration} behind the one here": "el reloj del central va {duration} por detrás del de aquí",
  "set both clocks by a time server (timedatectl set-ntp true)":
    "ponga los dos relojes con un servidor de hora (timedatectl set-ntp true)",
  "{finding}: keys may be taken to have ended, or not to have begun":
    "{finding}: puede parecer que las claves han caducado, o que aún no valen",
  "answers at {address} in {milliseconds} ms": "responde en {address} en {milliseconds} ms",
  "start it again ({start}), or have the central forget it (forget {number} at its console)":
    "arránquelo otra vez ({start}), o haga que el central lo olvide (forget {number} en su consola)",
  "the central has lost it, and here: {answer}": "el central lo ha perdido, y aquí: {answer}",
  "mount its disk again; where the folder is to be another one, start it once with {start} --adopt-folder":
    "monte otra vez su disco; si la carpeta ha de ser otra, arránquelo una vez con {start} --adopt-folder",
  "{answer}, but its disk is missing: {reason}": "{answer}, pero falta su disco: {reason}",
  "{answer}: {state}, {files}": "{answer}: {state}, {files}",
  "it cannot copy {files}, the first: {obstacle}": "no puede copiar {files}, el primero: {obstacle}",
  "{held}, but {what}": "{held}, pero {what}",
  "put right what is said there: it is tried again by itself": "arregle lo que se dice ahí: se intenta otra vez solo",
  "others got wrong pieces from it {times}": "otros han recibido de él trozos erróneos {times}",
  "look at its log, its disk (smartctl -a) and its memory": "mire su registro, su disco (smartctl -a) y su memoria",
  "only its own machine reaches that address: start it with --ip, or with --advertise HOST (redes secondary -n {number})":
    "a esa dirección solo llega su propia máquina: arránquelo con --ip, o con --advertise HOST (redes secondary -n {number})",
  "start it there (redes secondary -n {number}); where it runs, it listens elsewhere: see --ip, --port and --advertise":
    "arránquelo ahí (redes secondary -n {number}); si ya está, escucha en otra parte: vea --ip, --port y --advertise",
  "give it and this command keys of the same cluster (redes key show FILE says whose they are)":
    "dele a él y a esta orden claves del mismo clúster (redes key show ARCHIVO dice de quién son)",
  "have it announce an address that is known here (--advertise HOST), or put its name into the DNS or /etc/hosts":
    "que anuncie una dirección que se conozca aquí (--advertise HOST), o ponga su nombre en el DNS o en /etc/hosts",
  "see whether its machine is up, and let TCP port {port} through the firewalls on the way":
    "vea si su máquina está en marcha, y deje pasar el puerto TCP {port} por los cortafuegos del camino",
  "{free} of {total} free": "{free} libres de {total}",
  "make room on its disk, or remove files from the cluster (remove NAME at the central's console)":
    "haga sitio en su disco, o borre archivos del clúster (remove NOMBRE en la consola del central)",
  "{finding}, and {bytes} still to copy": "{finding}, y faltan por copiar {bytes}",
  "give a key that can be used here (--key-file FILE, REDES_KEY_FILE): see redes key --help":
    "dé una clave que sirva aquí (--key-file ARCHIVO, REDES_KEY_FILE): vea redes key --help",
  "none is given: the cluster must be one without keys": "no se ha dado ninguna: el clúster ha de ser sin claves",
  "the key of {whose}": "la clave de {whose}",
  "the key of {whose} ends on {day}: make a new one, see redes key --help":
    "la clave de {whose} caduca el {day}: haga una nueva, vea redes key --help",
  "{what}, until {day}": "{what}, hasta el {day}",
  "make a new one in time: see redes key --help": "haga una nueva a tiempo: vea redes key --help",
  "version {protocol} of the protocol at both ends; this is redes {version}":
    "versión {protocol} del protocolo en los dos extremos; esto es redes {version}",
  "the address {address} is none": "la dirección {address} no es tal",
  "see the central's log": "vea el registro del central",
  "start it (redes central), or say where it is (--central HOST[:PORT], REDES_CENTRAL), or look for it (--discover)":
    "arránquelo (redes central), o diga dónde está (--central HOST[:PUERTO], REDES_CENTRAL), o búsquelo (--discover)",
  "give a key of this cluster (--key-file FILE): redes key client makes one; redes key show FILE says what a file is":
    "dé una clave de este clúster (--key-file ARCHIVO): redes key client hace una; redes key show ARCHIVO dice qué es un archivo",
  "install the same version of redes here and there (redes version)":
    "instale la misma versión de redes aquí y allí (redes version)",
  "a process here may have {limit} files and connections open":
    "un proceso de aquí puede tener abiertos {limit} archivos y conexiones",
  "raise it to {ample} or more (ulimit -n, LimitNOFILE= of a service): servers share their connections out of it":
    "súbalo a {ample} o más (ulimit -n, LimitNOFILE= de un servicio): de ahí salen las conexiones de los servidores",
  "raise it (sysctl fs.inotify.max_user_watches=524288, and in /etc/sysctl.d): what a secondary here cannot watch it finds by scanning, later":
    "súbalo (sysctl fs.inotify.max_user_watches=524288, y en /etc/sysctl.d): lo que un secundario de aquí no puede vigilar lo encuentra explorando, más tarde",
  "no folder can be watched here: {fault}": "aquí no se puede vigilar ninguna carpeta: {fault}",
  "folders can be watched here": "aquí se pueden vigilar carpetas",
  "{limit} folders can be watched here": "aquí se pueden vigilar {limit} carpetas",
  "downloads cannot be written to {folder}: {fault}": "no se pueden escribir descargas en {folder}: {fault}",
  "take another folder (--dir), or have this one let you write (its owner, its rights, how its disk is mounted)":
    "tome otra carpeta (--dir), o haga que en esta se pueda escribir (su dueño, sus permisos, cómo está montado su disco)",
  "downloads can be written to {folder}": "se pueden escribir descargas en {folder}",
  "{bytes} free for downloads in {folder}": "{bytes} libres para descargas en {folder}",
  "make room, or take a folder on another disk (--dir)": "haga sitio, o tome una carpeta de otro disco (--dir)",
  "all watches of this user are taken (fs.inotify.max_user_watches)":
    "ya se usan todos los avisos de este usuario (fs.inotify.max_user_watches)",
  "there are too many watchers (fs.inotify.max_user_instances)":
    "hay demasiados vigilantes (fs.inotify.max_user_instances)",
} as const;
