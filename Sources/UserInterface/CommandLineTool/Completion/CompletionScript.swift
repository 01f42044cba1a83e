/// The scripts with which shells ask `cupibulk __complete` what can be typed.
///
/// They hold nothing of the tables, so that a script stays right when the program is replaced. Each works from the
/// shell's folder of completions, and sourced.
enum CompletionScript: String, CaseIterable {
  case bash
  case zsh
  case fish

  /// The script.
  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  private static let bashText = #"""
    # Completion of cupibulk for bash. Load it with:
    #   source <(cupibulk completion bash)
    # or write it to ~/.local/share/bash-completion/completions/cupibulk, which bash-completion reads.

    _cupibulk() {
      local answer line program=${1-cupibulk}
      COMPREPLY=()
      if [[ $program == '~/'* ]]; then program=${HOME-}/${program:2}; fi
      answer=$(command "$program" __complete bash -- \
        "${2-}" "${COMP_LINE:0:COMP_POINT}" "${COMP_LINE:COMP_POINT}" 2>/dev/null </dev/null) || return 0
      while IFS= read -r line; do
        case $line in
          'w '*) COMPREPLY+=("${line:2}") ;;
          'p '*) COMPREPLY+=("${line:2}") && compopt -o nospace ;;
          'f') compopt -o default ;;
          'd') compopt -o dirnames ;;
        esac
      done <<<"$answer"
      return 0
    }

    complete -o nosort -F _cupibulk cupibulk 2>/dev/null || complete -F _cupibulk cupibulk

    """#

  private static let zshText = #"""
    #compdef cupibulk
    # Completion of cupibulk for zsh. Load it, after compinit, with:
    #   source <(cupibulk completion zsh)
    # or write it to a file _cupibulk in a folder of $fpath.

    # The completion system sets the options that its functions need, whatever the user's are.
    _cupibulk() {
      local program=${(Q)words[1]} answer line kind rest word note found=1
      local -a before after whole wholenotes beginnings beginningnotes
      [[ $program == '~/'* ]] && program=$HOME/${program:2}
      (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
      (( CURRENT < $#words )) && after=("${(@Q)words[CURRENT+1,-1]}")
      answer=$(command $program __complete words -- $#before "${before[@]}" "${(Q)QIPREFIX}${(Q)PREFIX}" \
        "${after[@]}" 2>/dev/null </dev/null) || return 1
      for line in "${(@f)answer}"; do
        kind=${line%%$'\t'*} rest=${line#*$'\t'}
        word=${rest%%$'\t'*} note=${rest#*$'\t'}
        [[ -n $note ]] && note="$word -- $note" || note=$word
        note=${note[1,COLUMNS-1]}
        case $kind in
          (w) whole+=("$word") wholenotes+=("$note") ;;
          (p) beginnings+=("$word") beginningnotes+=("$note") ;;
        esac
      done
      (( $#whole )) && compadd -V cupibulk -l -d wholenotes -a whole && found=0
      (( $#beginnings )) && compadd -V cupibulk -S '' -l -d beginningnotes -a beginnings && found=0
      for line in "${(@f)answer}"; do
        kind=${line%%$'\t'*} rest=${line#*$'\t'}
        [[ $kind == [fd] ]] || continue
        [[ -z $rest ]] || compset -P "${(b)rest}" || continue
        if [[ $kind == d ]]; then _files -/ && found=0; else _files && found=0; fi
      done
      return found
    }

    () {
      emulate -L zsh
      if [[ ${funcstack[2]-} == _cupibulk ]]; then
        _cupibulk "$@"
      else
        compdef _cupibulk cupibulk
      fi
    } "$@"

    """#

  private static let fishText = #"""
    # Completion of cupibulk for fish. Load it with:
    #   cupibulk completion fish | source
    # or write it to ~/.config/fish/completions/cupibulk.fish.

    function __cupibulk_answer
        set -l before (commandline -opc)
        set -l all (commandline -op)
        set -l next (math (count $before) + 2)
        set -l after
        test (count $all) -ge $next; and set after $all[$next..-1]
        set -l program $before[1]
        set -e before[1]
        command $program __complete words -- (count $before) $before (__cupibulk_token) $after 2>/dev/null </dev/null
    end

    # The token at the cursor without quotes, also without the last one.
    function __cupibulk_token
        set -l token (commandline -ct)
        string unescape -- $token
        or string unescape -- $token\"
        or string unescape -- $token\'
        or echo
    end

    function __cupibulk_words
        for line in (__cupibulk_answer)
            set -l fields (string split \t -- $line)
            string match -q -r '^[wp]$' -- $fields[1]
            and printf '%s\t%s\n' $fields[2] $fields[3]
        end
    end

    # fish completes files and folders alike.
    function __cupibulk_wants_files
        string match -q -r '^[fd]\t' -- (__cupibulk_answer)
    end

    complete -c cupibulk -e
    complete -c cupibulk -f -a '(__cupibulk_words)'
    complete -c cupibulk -n __cupibulk_wants_files -F

    """#
}
