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
	for _, room := range []struct {
		name, prefix string
		least        int
	}{{"token", "Problem", 30}, {"source", "", 10}, {"program", "", 10}} {
		engine, err := os.ReadFile(filepath.Join("..", room.name, "error.go"))
		if err != nil {
			t.Fatal(err)
		}
		problems := regexp.MustCompile(`(?m)^\t(`+room.prefix+`[A-Z]\w*)(?: += iota \+ 1| Problem = iota \+ 1)? *(?://.*)?$`).FindAllStringSubmatch(string(engine), -1)
		if len(problems) < room.least {
			t.Fatalf("there are only %d problems in %s", len(problems), room.name)
		}
		for _, problem := range problems {
			if !regexp.MustCompile(room.name + `\.` + problem[1] + `\b`).MatchString(words.String()) {
				t.Errorf("nothing words %s.%s", room.name, problem[1])
			}
		}
	}
}
