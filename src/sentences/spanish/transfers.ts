/** How downloads go, and what goes wrong with them. */
export const transfers = {
  "{left}; {right}": "{left}; {right}",
  "{word} {value}": "{word} {value}",
  "{files} not begun": "{files} sin empezar",
  "{files}: {parts}": "{files}: {parts}",
  "{bytes} in {duration}, {rate}": "{bytes} en {duration}, {rate}",
  "{downloaded} downloaded ({came})": "{downloaded} {downloaded|descargado|descargados} ({came})",
  "{present} there already": "{present} ya {present|estaba|estaban}",
  "{failed} failed": "{failed} con error",
  "{name}: no secondary delivers now; waiting for one to come back ({why})":
    "{name}: ahora no entrega ningún secundario; se espera a que vuelva alguno ({why})",
  "it was cancelled": "se ha cancelado",
  "there is no file {name}": "no hay ningún archivo {name}",
  "there is no file {text}, and none that it matches (** goes into folders)":
    "no hay ningún archivo {text}, ni ninguno que encaje (** entra en las carpetas)",
  "there is no file {text}, and no folder of that name":
    "no hay ningún archivo {text}, ni ninguna carpeta que se llame así",
  "{path} exists with other content: it would need --force": "{path} existe con otro contenido: haría falta --force",
  "{path} exists with other content: move it, or replace it with get --force":
    "{path} existe con otro contenido: quítelo de ahí, o reemplácelo con get --force",
  "would be downloaded": "se descargaría",
  "is there already": "ya está",
  "is there with that size, and would be compared": "está con ese tamaño, y se compararía",
  "would replace what is there": "reemplazaría lo que hay",
  "{count} {what}": "{count} {what}",
  "{compared} to be compared": "{compared} por comparar",
  "{refused} in the way": "{refused} {refused|estorba|estorban}",
  "{files} to download, {bytes}": "{files} por descargar, {bytes}",
  "{path} is changed again and again while it is read: try again when nobody writes to it":
    "{path} cambia una y otra vez mientras se lee: pruebe cuando nadie escriba en él",
  "{path} has the name of a work file of redes: give another":
    "{path} tiene el nombre de un archivo de trabajo de redes: dé otro",
  "{given} leads to {path}, which": "{given} lleva a {path}, que",
  "{what} is a folder: give the path of a file": "{what} es una carpeta: dé la ruta de un archivo",
  "{what} is no regular file: give the path of a file": "{what} no es un archivo normal: dé la ruta de un archivo",
  "{given} is a link that leads nowhere: give the path of a file":
    "{given} es un enlace que no lleva a nada: dé la ruta de un archivo",
  "{given} leads to {real}, by a link out of the folder {base}, where downloads go: remove the link, or give a path with --output":
    "{given} lleva a {real}, por un enlace fuera de la carpeta {base}, adonde van las descargas: quite el enlace, o dé una ruta con --output",

  "sent garbage: {reason}": "ha enviado basura: {reason}",
  "closed the connection in the middle of piece {piece}": "ha cerrado la conexión en medio del trozo {piece}",
  "has not answered for {seconds} s": "no responde desde hace {seconds} s",
  "piece {piece}": "el trozo {piece}",
  "a list of files": "una lista de archivos",
  "a small file": "un archivo pequeño",
  "sent less than {what} holds": "ha enviado menos de lo que tiene {what}",
  "left out {what}": "se ha saltado {what}",
  "sent more than {what} holds": "ha enviado más de lo que tiene {what}",
  "sent bytes that nobody had asked for": "ha enviado bytes que nadie había pedido",
  "answered what nobody had asked for": "ha respondido a lo que nadie había preguntado",
  "sent bytes of a piece where a list of files was due": "ha enviado bytes de un trozo en vez de una lista de archivos",
  "sent a list of files where a piece was due": "ha enviado una lista de archivos en vez de un trozo",
  "sent other bytes than it said": "ha enviado otros bytes que los que dijo",
  "refused what nobody had asked for": "ha rechazado lo que nadie había pedido",
  "not wanted any more": "ya no hace falta",
  "sent wrong bytes for piece {piece}": "ha enviado bytes erróneos del trozo {piece}",
  "says that it has pieces which the file has not": "dice que tiene trozos que el archivo no tiene",
  "sent piece hashes that are not the file's": "ha enviado hash de trozos que no son los del archivo",
  "is not there: {message}": "no está: {message}",
  "has sent nothing for a long time": "no ha enviado nada desde hace mucho",
  "{name}: secondary {number} ({address}) {what}; others are asked":
    "{name}: el secundario {number} ({address}) {what}; se pregunta a otros",
  "{expired} ({why})": "{expired} ({why})",
  "no secondary is known that has it": "no se sabe de ningún secundario que lo tenga",
  "no answer yet": "aún no responde",
  "secondary {number}: {why}": "secundario {number}: {why}",
  "secondary {number} at {address}: {why}": "secundario {number} en {address}: {why}",
  "it was replaced or removed while it was being downloaded; ask again for the version of now":
    "se ha reemplazado o borrado durante la descarga; pida otra vez la versión de ahora",
  "the disk here has not answered for {seconds} s": "el disco de aquí no responde desde hace {seconds} s",
  "no secondary has delivered anything for {seconds} s": "ningún secundario ha entregado nada en {seconds} s",

  "{name}: {part} is checked piece by piece: {reason}": "{name}: {part} se comprueba trozo a trozo: {reason}",
  "its journal is missing or damaged": "su diario falta o está dañado",
  "it is of another version": "es de otra versión",
  "somebody has cut it or added to it": "alguien lo ha cortado o le ha añadido algo",
  "it was being checked when the last try ended": "se estaba comprobando cuando acabó el último intento",
  "nothing tells that it was not touched since": "nada dice que no se haya tocado desde entonces",
  "the machine was started again since, or its disk was attached again":
    "desde entonces se ha vuelto a arrancar la máquina, o a conectar su disco",
  "it is a copy of the file that its journal is about": "es una copia del archivo de su diario",
  "it was touched after its journal's last mark": "se ha tocado después de la última marca de su diario",
  "its disk counts times in seconds, which does not tell whether it was touched since":
    "su disco cuenta la hora en segundos, y así no se sabe si se ha tocado desde entonces",
  "{part} cannot be checked: {reason}": "no se puede comprobar {part}: {reason}",
  "{path} was written to while it got its name: what is there was not verified":
    "se ha escrito en {path} mientras recibía su nombre: lo que hay ahí no está verificado",
  "{part} was changed by somebody while it grew: its length changes; run it once more":
    "alguien ha cambiado {part} mientras crecía: su longitud cambia; repítalo",
  "{part} was changed by somebody while it grew: {pieces} of {all} must come again; run it once more":
    "alguien ha cambiado {part} mientras crecía: {pieces|ha|han} de volver {pieces} de {all}; repítalo",
  "the download was stopped": "la descarga se ha detenido",
  "the reader of the output is gone: {reason}": "ya no lee nadie la salida: {reason}",
  "the output takes no more: {reason}": "la salida no admite más: {reason}",
  "others that come and go (see {path})": "otros que van y vienen (vea {path})",
  "process {pid} on {host}": "el proceso {pid} en {host}",
  "a process that has just begun": "un proceso que acaba de empezar",
  "{by} (as {path} says: remove it if that is not so)": "{by} (lo dice {path}: bórrelo si no es así)",
  "{path} is there already as {other}: the disk here does not tell these names from each other":
    "{path} ya está como {other}: el disco de aquí no distingue esos nombres",
  "{path} is there already under another name: the disk here does not tell these names from each other":
    "{path} ya está con otro nombre: el disco de aquí no distingue esos nombres",
  "{path} has come into being meanwhile: the finished download is in {part}":
    "mientras tanto ha aparecido {path}: la descarga acabada está en {part}",
  "{path} was replaced while it got its name: what is there was not verified":
    "se ha reemplazado {path} mientras recibía su nombre: lo que hay ahí no está verificado",
  "{part} was replaced by another file while it grew: nothing was put at {path}; run it again":
    "otro archivo ha reemplazado {part} mientras crecía: no se ha puesto nada en {path}; repítalo",
  "{part} was moved or removed while it grew: nothing was put at {path}; run it again":
    "se ha movido o borrado {part} mientras crecía: no se ha puesto nada en {path}; repítalo",
  "the folder {folder} was moved or removed during the download: nothing was put at {path}":
    "se ha movido o borrado la carpeta {folder} durante la descarga: no se ha puesto nada en {path}",
  "{missing} are to come and the disk of {folder} has {free} free":
    "han de llegar {missing} y el disco de {folder} tiene libres {free}",
  "{reason}; make room and run it again, or take another folder with --dir":
    "{reason}; haga sitio y repítalo, o tome otra carpeta con --dir",
  "{reason}; make room and run it again, or give another path with --output":
    "{reason}; haga sitio y repítalo, o dé otra ruta con --output",
  "{reason}; take another folder with --dir": "{reason}; tome otra carpeta con --dir",
  "{reason}; give another path with --output": "{reason}; dé otra ruta con --output",
  "another redes is downloading to {path}: {by}": "otro redes está descargando a {path}: {by}",
  "{path}: waiting for another redes that is downloading to it, or is just ending":
    "{path}: se espera a otro redes que descarga ahí, o que está acabando",
  "{part} or its journal comes and goes": "{part} o su diario van y vienen",
  "it works in {part}": "trabaja en {part}",
  "the file system of {folder} has no file locks: a file beside each download does instead":
    "el sistema de archivos de {folder} no tiene bloqueos: los suple un archivo junto a cada descarga",
  "a folder": "una carpeta",
  "a symbolic link": "un enlace simbólico",
  "no regular file": "algo que no es un archivo normal",
  "{path} is in the way: it is {what}, where a download wants to work; move it":
    "{path} estorba: es {what}, donde quiere trabajar una descarga; quítelo de ahí",
} as const;
