package diagnostic

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each problem that the engine can state is worded here: without words, a user would read
// only that there is no token.
func TestProblemsAreWorded(t *testing.T) {
	t.Parallel()
	engine, err := os.ReadFile(filepath.Join("..", "token", "error.go"))
	if err != nil {
		t.Fatal(err)
	}
	problems := regexp.MustCompile(`(?m)^\t(Problem[A-Z]\w*)(?: |$)`).FindAllStringSubmatch(string(engine), -1)
	if len(problems) < 30 {
		t.Fatalf("there are only %d problems", len(problems))
	}
	folder := os.DirFS(".")
	files, err := fs.Glob(folder, "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = words.Write(text)
	}
	for _, problem := range problems {
		if !regexp.MustCompile(`token\.` + problem[1] + `\b`).MatchString(words.String()) {
			t.Errorf("nothing words token.%s", problem[1])
		}
	}
}
