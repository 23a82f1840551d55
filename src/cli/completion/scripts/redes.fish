# Completion of redes for fish. To be found by it: redes completion fish > ~/.config/fish/completions/redes.fish
function __redes_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # A quote may still be open.
    set -l typed (string unescape -- $token; or string unescape -- $token\'; or string unescape -- $token\")
    set -l program $words[1]
    # What an alias stands for is not known here.
    command -q -- $program; or set program redes
    set -l lines ($program __complete fish $words[2..] "$typed" 2>/dev/null)
    set -l directive (string split -m 1 ' ' -- $lines[1])
    switch $directive[1]
        case files
            string replace -r '^' -- "$directive[2]" (__fish_complete_path (string replace -- "$directive[2]" '' "$typed"))
        case folders
            string replace -r '^' -- "$directive[2]" (__fish_complete_directories (string replace -- "$directive[2]" '' "$typed") '')
        case '*'
            string join \n -- $lines[2..]
    end
end
complete -c redes -f -a '(__redes_complete)'
