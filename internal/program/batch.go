package program

import (
	"path/filepath"
	"strings"
)

// isBatch reports whether a file is one that cmd.exe executes, as Windows finds it: it
// ignores dots and spaces at the end of a name.
func isBatch(path string) bool {
	extension := filepath.Ext(strings.TrimRight(path, ". "))
	return strings.EqualFold(extension, ".bat") || strings.EqualFold(extension, ".cmd")
}

// batchLine returns the command line with which cmd.exe, at shell, executes a batch file.
// It reports false if a text has a character that cmd.exe replaces or ends a command at,
// even in quotes: ", %, ! and line breaks (CVE-2024-24576).
//
// All else is safe in quotes. /s removes the outermost ones, /d runs no AutoRun, /v:off
// keeps ! as it is where the file does not turn that on.
func batchLine(shell, path string, args []string) (line string, ok bool) {
	texts := append([]string{path}, args...)
	quoted := make([]string, 0, len(texts))
	for _, text := range texts {
		if strings.ContainsAny(text, "\"%!\r\n\x00") {
			return "", false
		}
		quoted = append(quoted, `"`+text+trailing(text)+`"`)
	}
	return `"` + shell + `" /d /e:on /v:off /s /c "` + strings.Join(quoted, " ") + `"`, true
}

// trailing returns the backslashes at the end of a text. They are written twice: the
// program in the batch file would take the last one for an escape of the quote.
func trailing(text string) string { return text[len(strings.TrimRight(text, `\`)):] }
