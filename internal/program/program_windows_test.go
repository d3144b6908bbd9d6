package program

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A batch file is found by its name alone, and gets its arguments as they are.
func TestBatchFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder (x86) & more")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content := "@\"" + own + "\" " + asProgram + " arguments %*\r\n"
	if err = os.WriteFile(filepath.Join(dir, "batchtest.cmd"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+";"+os.Getenv("PATH"))
	t.Setenv("PATHEXT", ".COM;.EXE;.BAT;.CMD")
	got, err := Run(t.Context(), []string{"batchtest", "a b", "c&echo d", "(e)", `f\`, "", "g|h^i"}, nil, time.Minute)
	if want := `["a b" "c&echo d" "(e)" "f\\" "" "g|h^i"]`; err != nil || string(got) != want {
		t.Errorf("got %q, %v", got, err)
	}
	for _, argument := range []string{`"&echo a`, "%PATH%", "!PATH!", "a\r\nb"} {
		_, err := Run(t.Context(), []string{"batchtest", argument}, nil, time.Minute)
		_ = wantProblem(t, err, Arguments)
	}
}

func TestNoProgram(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "text.exe")
	if err := os.WriteFile(path, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Run(t.Context(), []string{path}, nil, time.Minute)
	_ = wantProblem(t, err, NotProgram)
}

// Windows finds programs in the current directory, and Go does not run these.
func TestProgramHere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "heretest.cmd"), []byte("@echo a\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	_, err := Run(t.Context(), []string{"heretest"}, nil, time.Minute)
	_ = wantProblem(t, err, Here)
}
