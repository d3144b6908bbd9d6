package source

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// inUTF16 returns a text in UTF-16.
func inUTF16(text string, order binary.AppendByteOrder) string {
	var raw []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		raw = order.AppendUint16(raw, unit)
	}
	return string(raw)
}

// A file holds the same token however an editor or a shell has written it.
func TestFileText(t *testing.T) {
	t.Parallel()
	const token, other = "fake-tok+/=1", "fäke-tök€-😀"
	for name, tc := range map[string]struct{ content, want string }{
		"as it is":                         {token, token},
		"a line":                           {token + "\n", token},
		"a line of Windows":                {token + "\r\n", token},
		"whitespace around":                {" \t\n" + token + "\u00a0\u2003\n\n", token},
		"invisible characters around":      {"\u200b" + token + "\u2060", token},
		"whitespace within":                {"a b c\n", "a b c"},
		"JSON on several lines":            {"{\n\t\"a\": 1\r\n}\n", "{\n\t\"a\": 1\r\n}"},
		"XML on several lines":             {"<a>\n</a>\n", "<a>\n</a>"},
		"a byte order mark":                {"\ufeff" + token + "\r\n", token},
		"a byte order mark behind a space": {" \ufeff" + token, token},
		"UTF-8":                            {other, other},
		"UTF-16 of PowerShell":             {inUTF16("\ufeff"+token+"\r\n", binary.LittleEndian), token},
		"UTF-16, big-endian":               {inUTF16("\ufeff"+token, binary.BigEndian), token},
		"UTF-16, other characters":         {inUTF16("\ufeff"+other+"\r\n", binary.LittleEndian), other},
		"UTF-16 without a mark":            {inUTF16(token+"\r\n", binary.LittleEndian), token},
		"UTF-16, big-endian, no mark":      {inUTF16(token, binary.BigEndian), token},
		"two bytes of UTF-8":               {"ab", "ab"},
		"as large as may be":               {strings.Repeat("a", largestFile), strings.Repeat("a", largestFile)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "token")
			writeFile(t, path, tc.content)
			got, err := File{Name: path}.Obtain(t.Context(), Run{Timeout: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Reveal()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever is in a file, reading it ends well.
func FuzzFileText(f *testing.F) {
	for _, raw := range []string{"", "a", "\xff\xfe", "\xff\xfea", "\xfe\xff\xd8\x00", "\xef\xbb\xbf a", "a\x00b\x00", "\x00a\x00", "\xff\xfe\x00\x00a\x00\x00\x00"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := trim(decodeText(raw))
		if got != strings.TrimSpace(got) || strings.HasPrefix(got, "\ufeff") {
			t.Errorf("got %q", got)
		}
		if again := trim(decodeText([]byte("\ufeff" + got + "\r\n"))); got != "" && again != got {
			t.Errorf("got %q from %q", again, got)
		}
	})
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whoever runs as root has every permission, so no file can show this.
func TestFileProblemOfPermission(t *testing.T) {
	t.Parallel()
	if got := fileProblem(&fs.PathError{Op: "open", Path: "fake", Err: fs.ErrPermission}); got != Denied {
		t.Errorf("the problem is %d", got)
	}
}

// wantProblem fails unless err is an *Error with the problem.
func wantProblem(t *testing.T, err error, want Problem) {
	t.Helper()
	if e, ok := errors.AsType[*Error](err); !ok || e.Problem != want {
		t.Errorf("the error is %v, want problem %d", err, want)
	}
}
