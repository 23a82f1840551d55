/** Why a secondary shares nothing, copies something not, or takes something not. */
export const secondary = {
  "the shared folder {folder} is not there": "no está la carpeta compartida {folder}",
  "the shared folder is not there": "no está la carpeta compartida",
  "the shared folder is not open": "la carpeta compartida no está abierta",
  "the shared folder was away just now": "la carpeta compartida no estaba hace un momento",
  "the disk of the shared folder {root} is not in its place":
    "el disco de la carpeta compartida {root} no está en su sitio",
  "the disk of the shared folder {folder} comes or goes just now":
    "el disco de la carpeta compartida {folder} va o viene en este momento",
  "another folder is in the place of the shared folder {root}":
    "en el sitio de la carpeta compartida {root} está otra carpeta",
  "another folder has just come into the place of {folder}": "otra carpeta acaba de ocupar el sitio de {folder}",
  "the shared folder {root} has lost its marker ({marker})":
    "la carpeta compartida {root} ha perdido su marca ({marker})",
  "the shared folder {root} cannot be read: {reason}": "no se puede leer la carpeta compartida {root}: {reason}",
  "{folder} is not the folder that was shared: the marker of this secondary ({marker}) is not in it":
    "{folder} no es la carpeta que se compartía: no está en ella la marca de este secundario ({marker})",
  "{folder} is another folder than the one shared before: it is marked as one of secondary {number}":
    "{folder} no es la carpeta de antes: lleva la marca de una del secundario {number}",
  "{folder} is shared by secondary {number} already; share another folder":
    "{folder} ya la comparte el secundario {number}; comparta otra carpeta",
  "{folder} is shared by another secondary already": "{folder} ya la comparte otro secundario",
  "{folder} lies in {parent}, which secondary {number} shares; share another folder":
    "{folder} está en {parent}, que comparte el secundario {number}; comparta otra carpeta",
  "{folder} was removed while it was being made": "han borrado {folder} mientras se creaba",
  "{work} is reached through a symbolic link, to {real}: it must be a real folder; remove the link":
    "a {work} se llega por un enlace simbólico, a {real}: ha de ser una carpeta de verdad; quite el enlace",
  "{reason}; a secondary must be able to write to the folder that it shares: take another one with --dir":
    "{reason}; un secundario ha de poder escribir en la carpeta que comparte: tome otra con --dir",
  "{reason}; to share it from now on, start once with --adopt-folder":
    "{reason}; para compartirla desde ahora, arranque una vez con --adopt-folder",
  "its disk is back, and its files are being compared with what is known of them":
    "su disco ha vuelto, y se comparan sus archivos con lo que se sabe de ellos",
  "the disk of the folder {folder} is not there": "no está el disco de la carpeta {folder}",

  "the file was changed here meanwhile": "mientras tanto ha cambiado aquí el archivo",
  "a file of that name is not settled here": "aquí hay un archivo de ese nombre que aún cambia",
  "its name is too long, the disk here cannot hold such a name: rename the file where it comes from":
    "su nombre es demasiado largo, el disco de aquí no lo admite: cambie el nombre del archivo en su origen",
  "its name is not shared here": "su nombre no se comparte aquí",
  "{rules} excludes it": "lo excluye {rules}",
  "secondary {number} shares the folder {folder}": "la carpeta {folder} la comparte el secundario {number}",
  "a file": "un archivo",
  "a pipe, socket or device": "una tubería, un socket o un dispositivo",
  "{what} stands here in its place": "aquí, en su lugar, hay {what}",
  "{what} stands here in the place of the folder {folder}": "aquí, en el lugar de la carpeta {folder}, hay {what}",
  "something else stands here at {names}": "aquí hay otra cosa en {names}",
  "a file stands here in its place that cannot be read": "aquí, en su lugar, hay un archivo que no se puede leer",
  "the disk here does not tell its name from that of another file":
    "el disco de aquí no distingue su nombre del de otro archivo",
  "the disk here does not tell the name of the folder {folder} from that of another one":
    "el disco de aquí no distingue el nombre de la carpeta {folder} del de otra",
  "the disk has no room for its {bytes}": "en el disco no caben sus {bytes}",
  "no secondary was named that holds it": "no se ha nombrado ningún secundario que lo tenga",
  "the file was changed while it was read": "el archivo ha cambiado mientras se leía",

  "nothing of {name} is kept here": "aquí no se guarda nada de {name}",
  "only another version of {name} is kept here": "aquí solo se guarda otra versión de {name}",
  "{name} is that version already": "{name} ya es esa versión",
  "{name} cannot be put back: {reason}": "no se puede devolver {name}: {reason}",
  "{name} is being changed just now, so nothing was put back; try again in a moment":
    "{name} está cambiando en este momento, así que no se ha devuelto nada; pruebe dentro de un momento",
  "the kept file of {name} was damaged or changed since, so it is not put back, and stays: {path}":
    "el archivo guardado de {name} se ha estropeado o ha cambiado desde entonces, así que no se devuelve, y se queda: {path}",
  "{path} is not there any more": "{path} ya no está",
  "the folder {path} is not there": "no está la carpeta {path}",

  "the disk has no room for the file": "el archivo no cabe en el disco",
  "it is larger than the disk here": "es más grande que el disco de aquí",
  "{files} are being sent here already": "aquí ya se envían {files}",
  "others want to send files here too, and this client sends most: it goes on when there is a place":
    "otros también quieren enviar archivos aquí, y este cliente es el que más envía: sigue cuando haya sitio",
  "another file is being sent in this session": "en esta sesión ya se envía otro archivo",
  "the same content is being sent here already": "ese mismo contenido ya se está enviando aquí",
  "this secondary is stopping": "este secundario se está deteniendo",
  "what was written is not what is read: the disk, or somebody, has changed it":
    "lo que se lee no es lo que se escribió: lo ha cambiado el disco, o alguien",
  "{name} is being changed there just now; try again in a moment":
    "{name} está cambiando ahí en este momento; pruebe dentro de un momento",
  "less than {bytes} of the file came in {seconds} s": "en {seconds} s han llegado menos de {bytes} del archivo",
  "too many requests at once": "demasiadas peticiones a la vez",
  "too many files are open here": "aquí hay demasiados archivos abiertos",
  "the file cannot be read here": "aquí no se puede leer el archivo",
  "piece {piece} is not held here": "aquí no está el trozo {piece}",
  "the version is not held here": "aquí no está esa versión",
  "{name} is not held here in this version": "aquí no está {name} en esa versión",
  "another version was asked for": "se ha pedido otra versión",
} as const;
