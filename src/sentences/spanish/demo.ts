/** What the demo says, and commands that work on files of this machine alone. */
export const demo = {
  "{label} has ended: {last}": "{label} ha acabado: {last}",
  "{label} takes too long: {last}": "{label} tarda demasiado: {last}",
  "it said nothing": "no ha dicho nada",
  "--key and --http: give one of them, since no browser knows the certificate of the demo's key":
    "--key y --http: dé solo una, pues ningún navegador conoce el certificado de la clave de la demo",
  "unexpected argument {extra}: demo takes one DIR": "argumento inesperado {extra}: demo lleva una CARPETA",
  "{folder}: there is no such folder{port}": "{folder}: no existe esa carpeta{port}",
  "; a port is written --http={folder}": "; un puerto se escribe --http={folder}",
  "Three folders with different files (256 MiB, made up)": "Tres carpetas con archivos distintos (256 MiB, inventados)",
  "Three folders with different files from {folder}": "Tres carpetas con archivos distintos de {folder}",
  "secondary {number}: {files}": "secundario {number}: {files}",
  "A central and three secondaries, which copy each other's files":
    "Un central y tres secundarios, que se copian los archivos",
  "every secondary holds every file after {duration}": "todos los secundarios tienen todos los archivos en {duration}",
  "Download of {file}, and secondary 2 dies in the middle of it":
    "Descarga de {file}, y el secundario 2 muere a la mitad",
  "secondary 2 was killed (kill -9) at {percent} %": "el secundario 2 ha muerto (kill -9) en el {percent} %",
  "the download failed: {error}": "la descarga ha fallado: {error}",
  "{bytes} in {duration} ({rate}), {pieces} asked for again":
    "{bytes} en {duration} ({rate}), {pieces} {pieces|pedido|pedidos} otra vez",
  "  {bytes} from secondary {number}{blame}": "  {bytes} del secundario {number}{blame}",
  ", with {faults}": ", con {faults}",
  "What the central knows now": "Lo que sabe ahora el central",
  "the download differs from the original: SHA-256 {after} instead of {before}":
    "la descarga difiere del original: SHA-256 {after} en vez de {before}",
  "the download is the same as the original, SHA-256 {start}…":
    "la descarga es igual que el original, SHA-256 {start}…",
  "Done. Try it on your own: redes --help": "Hecho. Pruébelo usted: redes --help",
  "Done. The page of the cluster stays until Ctrl-C: {page}": "Hecho. La página del clúster sigue hasta Ctrl-C: {page}",
  "what is put into {shared} appears there": "lo que se pone en {shared} aparece ahí",
  "the page of the cluster: {page}": "la página del clúster: {page}",
  "The key of this cluster: without it nobody gets in, and every connection is TLS":
    "La clave de este clúster: sin ella no entra nadie, y todas las conexiones van por TLS",
  "fingerprint {start}…": "huella {start}…",
  "{source}: there is no file in it that could be shared": "{source}: no hay ningún archivo que se pueda compartir",
  "{source}: the demo needs {bytes} for its copies, and {free} are free":
    "{source}: la demo necesita {bytes} para sus copias, y hay libres {free}",
  "{name} cannot be hashed: {reason}": "no se puede calcular el hash de {name}: {reason}",
  "there is no such file": "no existe ese archivo",
  "that is a folder": "eso es una carpeta",
  "that is no regular file": "eso no es un archivo normal",
  hashing: "calculando el hash",
} as const;
