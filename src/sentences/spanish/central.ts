/** What a central answers, and what it says of its cluster. */
export const central = {
  "there are as many downloads of one client, or of all, as may be at once":
    "ya hay tantas descargas de un cliente, o de todos, como puede haber a la vez",
  "this central has no keys: everyone who can connect may, and there is nothing to revoke":
    "este central no tiene claves: entra cualquiera que pueda conectarse, y no hay nada que revocar",
  "the central itself uses this key, and would let nobody in: give it another one first (see SECURITY.md)":
    "el propio central usa esta clave, y no dejaría entrar a nadie: dele antes otra (vea SECURITY.md)",
  "it cannot be stored: {reason}": "no se puede guardar: {reason}",
  "{keys} that never came here": "{keys} que nunca {keys|ha|han} venido aquí",
  "{keys} are revoked, as many as are kept: give the cluster another key (see SECURITY.md)":
    "hay revocadas {keys}, tantas como se guardan: dé otra clave al clúster (vea SECURITY.md)",
  "it does not answer": "no responde",
  "{name} was not restored: {faults}": "{name} no se ha devuelto: {faults}",
  "no secondary that has {from} is there now: try again later":
    "ahora no está ningún secundario que tenga {from}: pruebe más tarde",
  "there is no secondary {at}": "no hay ningún secundario {at}",
  "secondary {at} is not there: status lists those that are": "el secundario {at} no está: status lista los que están",
  "no secondary has the room for {room}": "ningún secundario tiene sitio para {room}",
  "secondary {at} has not the room for {room}": "el secundario {at} no tiene sitio para {room}",
  "{above} is a file, so nothing can be put into it": "{above} es un archivo, así que no se puede poner nada dentro",
  "there is a folder {name}, so no file can be called so":
    "hay una carpeta {name}, así que ningún archivo puede llamarse así",
  "there is a folder {to}, so no file can be called so":
    "hay una carpeta {to}, así que ningún archivo puede llamarse así",
  "no secondary is there now": "ahora no está ningún secundario",
  "no secondary that is there has the present version of {name}, which is to be replaced: try again later":
    "ningún secundario de los que están tiene la versión actual de {name}, que se ha de reemplazar: pruebe más tarde",
  "secondary {at} has not the present version of {name}, which is to be replaced: try again later":
    "el secundario {at} no tiene la versión actual de {name}, que se ha de reemplazar: pruebe más tarde",
  "{source} has more than {most} files: move its parts": "{source} tiene más de {most} archivos: mueva sus partes",
  "{source} is there already": "{source} ya está ahí",
  "{source} cannot be moved into itself": "{source} no se puede mover dentro de sí",
  "{to} cannot be the name of a file: {fault}": "{to} no puede ser el nombre de un archivo: {fault}",
  "{to} is named like a file that another program has not finished, which nobody shares":
    "{to} se llama como un archivo que otro programa no ha acabado, y que nadie comparte",
  "a part of {to} is longer than {most} bytes, which no disk takes":
    "una parte de {to} tiene más de {most} bytes, que no admite ningún disco",
  "there is a file {to} already: remove it first, or take another name":
    "ya hay un archivo {to}: bórrelo antes, o tome otro nombre",
  "{from} and {to} differ by the case of letters alone, which some disks do not tell apart: move it to another name first":
    "{from} y {to} solo difieren en mayúsculas, que algunos discos no distinguen: dele antes otro nombre",
  "{what} means other files now than those that were counted: nothing was removed":
    "{what} son ahora otros archivos que los contados: no se ha borrado nada",
  "the names of {source} are together too long to be moved at once: move its parts":
    "los nombres de {source} son juntos demasiado largos para moverlos a la vez: mueva sus partes",
  "somebody else has put, replaced or removed {name} meanwhile":
    "mientras tanto otro ha subido, reemplazado o borrado {name}",
  "{what} means {files} now, and not {expected}: nothing was removed":
    "{what} {files|es|son} ahora {files}, y no {expected}: no se ha borrado nada",
  "{late} of {all} cannot be had by the new name yet: the secondaries rename as soon as they can":
    "{late} de {all} aún no {late|está|están} con el nombre nuevo: los secundarios lo cambian en cuanto pueden",
  "no secondary keeps version {number} of {name}": "ningún secundario guarda la versión {number} de {name}",
  "the secondaries keep nothing of {name}": "los secundarios no guardan nada de {name}",
  "secondary {silent} gave no answer, or the disk is missing there":
    "el secundario {silent} no ha respondido, o le falta el disco",
  "secondaries {silent} gave no answer, or the disk is missing there":
    "los secundarios {silent} no han respondido, o les falta el disco",
  "there is no file {what}, no folder of that name, and nothing that it matches":
    "no hay ningún archivo {what}, ni ninguna carpeta que se llame así, ni nada que encaje",
  "too many questions at once": "demasiadas preguntas a la vez",
  "the statistics cannot be read: {reason}": "no se pueden leer las estadísticas: {reason}",
  "the central is stopping": "el central se está deteniendo",
  "{sharing} of {all} registered, {unregistered} missing":
    "{sharing|registrado|registrados} {sharing} de {all}, {unregistered|falta|faltan} {unregistered}",
  "{sharing} of {all} sharing their folders{rest}; {disks}":
    "{sharing|comparte|comparten} su carpeta {sharing} de {all}{rest}; {disks}",
  ", {unregistered} not registered": ", {unregistered} sin registrar",
  "{who} has not told all that it holds yet": "{who} aún no {who|ha|han} dicho todo lo que {who|tiene|tienen}",
  "{copies} of files still to be made": "{copies|falta|faltan} {copies} de archivos",
  "what the secondaries hold is still being compared": "aún se compara lo que tienen los secundarios",
  "no secondary is registered": "no hay ningún secundario registrado",
  "{who} has not come back since the central was started": "{who} no {who|ha|han} vuelto desde que arrancó el central",
  "the disk of {who} is missing": "falta el disco de {who}",
  "secondary {numbers}": "{numbers|el secundario|los secundarios} {numbers}",
  "secondary {numbers} and others": "{numbers|el secundario|los secundarios} {numbers} y otros",
} as const;
