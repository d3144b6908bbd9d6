package source

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// prints returns a Run in which each program prints a text.
func prints(text string) Run {
	return Run{Timeout: time.Minute, Program: func(context.Context, []string, []byte) ([]byte, error) { return []byte(text), nil }}
}

func TestProgram(t *testing.T) {
	t.Parallel()
	token := answer.MustPath("status.token")
	for name, tc := range map[string]struct {
		program Program
		printed string
		want    string
	}{
		"a line":           {Program{}, "fake-token\r\n", "fake-token"},
		"UTF-16":           {Program{}, inUTF16("\ufefffake-token\r\n", binary.LittleEndian), "fake-token"},
		"JSON":             {Program{}, "{\n\"a\": 1}\n", "{\n\"a\": 1}"},
		"a path":           {Program{Path: token}, `{"kind":"ExecCredential","status":{"token":" fake-token\n"}}` + "\n", "fake-token"},
		"a path in UTF-16": {Program{Path: token}, inUTF16("\ufeff{\"status\":{\"token\":\"a\"}}\r\n", binary.LittleEndian), "a"},
		"raw":              {Program{Raw: true}, " {\"a\": \"\u200b\"}\n\n", " {\"a\": \"\u200b\"}\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.program.Obtain(t.Context(), prints(tc.printed))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Reveal()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A path reads the JSON of a file and of a variable as it does that of a program.
func TestPaths(t *testing.T) {
	t.Parallel()
	key := testkeys.PKCS8(t, testkeys.Ed25519(t))
	for name, tc := range map[string]struct {
		path, text, want string
		problem          Problem
	}{
		"a string":               {"a", `{"a":"fake"}`, "fake", 0},
		"white space around":     {"a.b", ` {"a":{"b":"\n fake\u00a0"}} `, "fake", 0},
		"a number":               {"a", `{"a":12345678901234567890}`, "12345678901234567890", 0},
		"a number as it is":      {"a", `{"a":1.50}`, "1.50", 0},
		"in a list":              {"[0].a", `[{"a":"fake"}]`, "fake", 0},
		"a string of its own":    {"@", `"fake"`, "fake", 0},
		"a filter":               {"a[?b=='c'].d | [0]", `{"a":[{"b":"c","d":"fake"}]}`, "fake", 0},
		"no JSON":                {"a", "fake-token", "", NotJSON},
		"a form":                 {"a", "a=fake", "", NotJSON},
		"broken JSON":            {"a", `{"a":"fake"`, "", NotJSON},
		"nothing there":          {"b", `{"a":"fake"}`, "", NoText},
		"null":                   {"a", `{"a":null}`, "", NoText},
		"an empty string":        {"a", `{"a":" "}`, "", NoText},
		"an object":              {"a", `{"a":{"b":"fake"}}`, "", NoText},
		"a list":                 {"a", `{"a":["fake"]}`, "", NoText},
		"a boolean":              {"a", `{"a":true}`, "", NoText},
		"a key twice":            {"a", `{"a":"fake","a":"other"}`, "", NoText},
		"a private key":          {"a", withKey(t, key), "", PrivateKey},
		"two lines":              {"a", `{"a":"fake\nother"}`, "", Character},
		"an invisible character": {"a", `{"a":"fa\u0000ke"}`, "", Character},
		"nothing at all":         {"a", " \n", "", Unset},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := Env{Name: "FAKE", Path: answer.MustPath(tc.path)}
			got, err := from.Obtain(t.Context(), Run{Getenv: func(string) string { return tc.text }})
			if tc.problem != 0 {
				wantProblem(t, err, tc.problem)
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Reveal()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// withKey returns JSON with a text at a.
func withKey(t *testing.T, text string) string {
	t.Helper()
	encoded, err := json.Marshal(map[string]string{"a": text})
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// What a program prints is checked as what a file holds.
func TestProgramProblems(t *testing.T) {
	t.Parallel()
	_, err := Program{}.Obtain(t.Context(), prints("\ufeff \u200b"))
	wantProblem(t, err, Empty)
	_, err = Program{}.Obtain(t.Context(), prints("fake\nother"))
	wantProblem(t, err, Character)

	cause := errors.New("fake cause")
	failing := Run{Timeout: time.Second, Program: func(context.Context, []string, []byte) ([]byte, error) { return nil, cause }}
	_, err = Program{Raw: true}.Obtain(t.Context(), failing)
	wantProblem(t, err, Failed)
	if e, _ := errors.AsType[*Error](err); e == nil || e.Detail != "1s" || !errors.Is(err, cause) {
		t.Errorf("the error is %#v", e)
	}
}

func TestProgramGetsItsArguments(t *testing.T) {
	t.Parallel()
	var got []string
	run := Run{Program: func(_ context.Context, args []string, stdin []byte) ([]byte, error) {
		got = slices.Clone(args)
		if stdin != nil {
			t.Errorf("it has an input")
		}
		return []byte("a"), nil
	}}
	if _, err := (Program{Args: []string{"fake", "a b", ""}}).Obtain(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"fake", "a b", ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestInterruptedProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	run := Run{Program: func(ctx context.Context, _ []string, _ []byte) ([]byte, error) {
		cancel()
		return nil, ctx.Err()
	}}
	if _, err := (Program{}).Obtain(ctx, run); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// While too many files are open, the program waits for others to be closed.
func TestProgramWithoutFreeFiles(t *testing.T) {
	t.Parallel()
	tries := 0
	run := Run{Program: func(context.Context, []string, []byte) ([]byte, error) {
		tries++
		if tries < 3 {
			return nil, syscall.EMFILE
		}
		return []byte("a"), nil
	}}
	if _, err := (Program{}).Obtain(t.Context(), run); err != nil || tries != 3 {
		t.Errorf("%d tries, %v", tries, err)
	}
}

// Whatever a source holds, a path into it ends well.
func FuzzValueAt(f *testing.F) {
	for _, seed := range [][2]string{
		{"a", `{"a":"b"}`}, {"a.b", `{"a":{"b":1}}`}, {"@", `"a"`}, {"[*].a", `[{"a":[]}]`}, {"a", "a=b"}, {"a", "{"}, {"a", "\ufeff{}"}, {"to_string(@)", `[1]`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		parsed, err := answer.ParsePath(path)
		if err != nil || !parsed.IsJSON() {
			t.Skip()
		}
		got, err := valueAt(Env{}, parsed, text)
		switch _, isOurs := errors.AsType[*Error](err); {
		case err == nil && got.Reveal() != trim(got.Reveal()), err == nil && got.IsEmpty():
			t.Errorf("got %q", got.Reveal())
		case err != nil && (!isOurs || !got.IsEmpty()):
			t.Errorf("got %q, %v", got.Reveal(), err)
		}
	})
}
