/** Why a file is not given, not taken, or not changed over HTTP. */
export const files = {
  "there is no folder {name}": "no hay ninguna carpeta {name}",
  "there is no file {name} here": "aquí no hay ningún archivo {name}",
  "there is no folder {name} here": "aquí no hay ninguna carpeta {name}",
  "that address is for an older version of the file": "esa dirección es de una versión anterior del archivo",
  "the file has another version by now": "el archivo ya tiene otra versión",
  "the file has {size} bytes: there is nothing in that range":
    "el archivo tiene {size} bytes: no hay nada en ese rango",
  "{name} is empty: there is no {suffix} of such a file": "{name} está vacío: de un archivo así no hay {suffix}",
  "{folder} has more than {most} entries: too many for WebDAV, see {path}":
    "{folder} tiene más de {most} entradas: demasiadas para WebDAV, vea {path}",
  "Depth is {depth}: it takes 0 or 1": "Depth es {depth}: admite 0 o 1",
  "this central serves nothing yet: {missing}": "este central aún no sirve nada: {missing}",
  "this central lists nothing yet: {unlisted}": "este central aún no lista nada: {unlisted}",
  "not all files are known yet: {unlisted}": "aún no se conocen todos los archivos: {unlisted}",
  "there is no file {name} so far, and {unsure}": "por ahora no hay ningún archivo {name}, y {unsure}",
  "no secondary answers HTTP: start each with --http PORT, as in redes secondary --number 1 --http 8081":
    "ningún secundario responde por HTTP: arranque cada uno con --http PUERTO, como en redes secondary --number 1 --http 8081",
  "{name} is at secondary {which}, without HTTP there: start it with --http PORT":
    "{name} está en {which|el secundario|los secundarios} {which}, sin HTTP: {which|arránquelo|arránquelos} con --http PUERTO",
  "no secondary has {name} now: {what}": "ahora ningún secundario tiene {name}: {what}",
  "nobody that is known had it last": "nadie que se conozca lo tuvo al final",
  "{who} is away": "{who} no {who|está|están}",
  "{numbers} and {others}": "{numbers} y {others}",
  "there is a new version of {name} just now": "acaba de haber una versión nueva de {name}",
  "the hashes of {name} are being made: {left} are still to be read":
    "se están calculando los hashes de {name}: quedan por leer {left}",
  "the hashes of {name} are not there yet: too many are asked for at once":
    "aún no están los hashes de {name}: se piden demasiados a la vez",
  "secondaries have different hashes of the same {name}: the log of this central says which":
    "hay secundarios con hashes distintos del mismo {name}: el registro de este central dice cuáles",
  "no secondary that answers HTTP has hashes of {name} now":
    "ahora ningún secundario que responda por HTTP tiene hashes de {name}",
  "too many files are being downloaded from here": "se descargan demasiados archivos de aquí",
  "the file was changed just now, and is being verified": "el archivo acaba de cambiar, y se está verificando",
  "the server is being started again": "el servidor se está arrancando otra vez",
  "the file cannot be opened: {reason}": "no se puede abrir el archivo: {reason}",
  "the disk of the folder {away} is not there": "no está el disco de la carpeta {away}",
  "the shared folder is still being read": "aún se está leyendo la carpeta compartida",
  "no file has such a name": "ningún archivo se llama así",
  "too many read at once; try again later": "leen demasiados a la vez; pruebe más tarde",
  "{name} is not read any more; try again": "{name} ya no se lee; pruebe otra vez",
  "it is not read any more": "ya no se lee",
  "there is no such reader": "no hay tal lector",
  "the reader is gone": "el lector se ha ido",
  "{most} files are read at once, and no more can be; try again later":
    "se leen {most} archivos a la vez, y no pueden ser más; pruebe más tarde",

  "there is no file of this name": "no hay ningún archivo que se llame así",
  "there is no folder of this name": "no hay ninguna carpeta que se llame así",
  "there is no file, or no folder, of this name": "no hay ningún archivo, o ninguna carpeta, que se llame así",
  "this cannot be the name of a file": "un archivo no se puede llamar así",
  "no secondary keeps this version": "ningún secundario guarda esta versión",
  "no secondary that answers keeps this version of {name}":
    "ningún secundario de los que responden guarda esta versión de {name}",
  "there is no secondary of this number": "no hay ningún secundario con ese número",
  "secondary {number} is connected: only one that is lost can be forgotten":
    "el secundario {number} está conectado: solo se puede olvidar uno perdido",

  "the upload was ended": "la subida ha terminado",
  "its sender is gone": "quien lo enviaba se ha ido",
  "nothing of it came for {seconds} s": "no ha llegado nada de él en {seconds} s",
  "a file is put as a whole, and not in parts": "un archivo se sube entero, y no por partes",
  "the body is encoded ({encoding}): a file is put as it is":
    "el cuerpo está codificado ({encoding}): un archivo se sube como es",
  "it is larger than a file of the cluster can be": "es más grande de lo que puede ser un archivo del clúster",
  "there is no room here for the file: every file is kept here until a secondary has it":
    "aquí no hay sitio para el archivo: cada uno se guarda aquí hasta que lo tiene un secundario",
  "there is room for {room} here, where a file is kept until a secondary has it":
    "aquí, donde un archivo se guarda hasta que lo tiene un secundario, hay sitio para {room}",
  "the file cannot be kept here: {reason}": "el archivo no se puede guardar aquí: {reason}",
  "the file cannot be kept here until a secondary has it: {reason}":
    "el archivo no se puede guardar aquí hasta que lo tenga un secundario: {reason}",
  "too many files are being put at once: try again when one is done":
    "se suben demasiados archivos a la vez: pruebe otra vez cuando acabe uno",
  "there is a file {name}: nothing was replaced": "hay un archivo {name}: no se ha reemplazado nada",
  "there is no file {name}: nothing was replaced": "no hay ningún archivo {name}: no se ha reemplazado nada",
  "{name} has another version: nothing was replaced": "{name} tiene otra versión: no se ha reemplazado nada",
  "somebody else has replaced {name} meanwhile: what was put is {as}":
    "mientras tanto otro ha reemplazado {name}: lo que se ha subido es {as}",
} as const;
