package diagnostic

import (
	"context"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// runs returns a client whose programs print a text, or fail.
func runs(t *testing.T, printed string, failed error) *token.Client {
	t.Helper()
	runtime := testRuntime()
	runtime.Program = func(context.Context, []string, []byte, time.Duration) ([]byte, error) { return []byte(printed), failed }
	return clientWith(t, quickTransport(), runtime)
}

func TestProgramsThatFail(t *testing.T) {
	t.Parallel()
	type row struct {
		args   []string
		failed program.Error
		says   []string
		not    []string
	}
	fake := []string{"fake", "hush-hush"}
	tokentest.Each(t, map[string]row{
		"not found": {fake, program.Error{Problem: program.NotFound}, []string{
			"subject_token.program has no value: the program fake was not found: it is in no directory of PATH", "Install it on the machine that runs Terraform", "HCP Terraform",
		}, nil},
		"no such file": {[]string{"./fake"}, program.Error{Problem: program.NotFound}, []string{
			"the program ./fake cannot be run: there is no such file", "${path.module}/",
		}, []string{"Install"}},
		"no such home": {[]string{"~/fake"}, program.Error{Problem: program.NotFound}, []string{"the program ~/fake cannot be run", "pathexpand(…)"}, nil}, "a variable": {[]string{"${HOME}/bin/fake"}, program.Error{Problem: program.NotFound}, []string{"the program ${HOME}/bin/fake cannot be run", "Nothing replaces ${HOME} in it"}, nil},
		"one text": {[]string{"gcloud auth --token=hush-hush"}, program.Error{Problem: program.NotFound}, []string{
			"the program gcloud … cannot be run", `Write each argument as an element of its own, such as ["gcloud", "auth", "print-access-token"].`,
		}, []string{"--token"}},
		"here":         {fake, program.Error{Problem: program.Here}, []string{"the program fake is in the current directory", "Write ./ before its name."}, nil},
		"denied":       {fake, program.Error{Problem: program.Denied}, []string{"the program fake cannot be run: permission denied", "chmod +x"}, nil},
		"directory":    {fake, program.Error{Problem: program.Directory}, []string{"the program fake cannot be run: it is a directory"}, nil},
		"no program":   {fake, program.Error{Problem: program.NotProgram}, []string{"this system cannot execute it", "#!/bin/sh"}, nil},
		"interpreter":  {fake, program.Error{Problem: program.Interpreter}, []string{"the program in its first line (#!) does not exist here", "line ends of Windows"}, nil},
		"arguments":    {fake, program.Error{Problem: program.Arguments}, []string{"it is a batch file", "%, ! or a line break"}, nil},
		"no process":   {fake, program.Error{Problem: program.Unstartable, System: syscall.EAGAIN}, []string{"the program fake cannot be started: " + syscall.EAGAIN.Error()}, nil},
		"for no cause": {fake, program.Error{Problem: program.Unstartable}, []string{"the program fake cannot be started: the system does not say why"}, nil},
		"it fails": {fake, program.Error{Problem: program.Failed, Status: 2, LastLine: said.NewForeign("ERROR: not logged in\x1b[0m")}, []string{
			"the program fake ended with exit status 2.", "The program said: ERROR: not logged in", "Run it with the same arguments",
		}, nil},
		"silently": {fake, program.Error{Problem: program.Failed, Status: 2}, []string{"the program fake ended with exit status 2."}, []string{"said"}},
		"killed":   {fake, program.Error{Problem: program.Killed, Signal: syscall.SIGKILL}, []string{"the program fake was ended by a signal (killed)"}, nil},
		"slow":     {fake, program.Error{Problem: program.Slow}, []string{"the program fake did not end within transport.timeout (5s), and was ended", "no terminal"}, nil},
		"large":    {fake, program.Error{Problem: program.TooLarge}, []string{"the program fake printed more than 1 MiB"}, nil},
		"silent":   {fake, program.Error{Problem: program.Silent, LastLine: said.NewForeign("no such item")}, []string{"the program fake printed nothing.", "The program said: no such item"}, nil},
		"an argument in its words": {fake, program.Error{Problem: program.Failed, LastLine: said.NewForeign("no hush-hush here")}, []string{
			"The program said: no (sensitive) here",
		}, nil},
		"its output in its words": {fake, program.Error{Problem: program.Failed, LastLine: said.NewForeign("fake-printed is bad"), Printed: said.NewSecret("fake-printed\n")}, []string{
			"The program said: (sensitive) is bad",
		}, []string{"fake-printed"}},
		"a token in its words": {fake, program.Error{Problem: program.Failed, LastLine: said.NewForeign("bad token ghs_fakeFAKE0123456789fake")}, []string{
			"The program said: bad token (sensitive)",
		}, nil},
		"many words": {fake, program.Error{Problem: program.Failed, LastLine: said.NewForeign(strings.Repeat("many words ", 500))}, []string{"many words many words", "many word…"}, nil},
		"a token for a name": {[]string{"ghs_fakeFAKE0123456789fake"}, program.Error{Problem: program.NotFound}, []string{
			"the program (sensitive) was not found",
		}, nil},
	}, func(t *testing.T, tc row) {
		x := exchangeOf(tokenURL, source.Program{Args: tc.args})
		if len(tc.args) > 1 {
			x.Secrets = x.Secrets.Add("", said.NewSecret(tc.args[1]))
		}
		_, err := do(t, runs(t, "", &tc.failed), x)
		e := wantError(t, err, token.KindSource)
		wantSaid(t, e.Error(), tc.says, append(tc.not, "hush"))
		if len(e.Error()) > 2000 {
			t.Errorf("it has %d bytes", len(e.Error()))
		}
	})
}

// A path that finds no text is told with what there is, by names alone.
func TestPathsThatFindNoText(t *testing.T) {
	t.Parallel()
	type row struct {
		path, printed string
		says          []string
	}
	tokentest.Each(t, map[string]row{
		"no JSON": {"a", "hush-hush", []string{"subject_token.program has no value: what the program fake printed is not valid JSON", "Without path"}},
		"another key": {"status.tokne", `{"kind":"hush","status":{"token":"hush","expirationTimestamp":"hush"}}`, []string{
			`what the program fake printed has nothing at path = "status.tokne"`, "It has the keys: kind, status. ", `At "status" are the keys: expirationTimestamp, token`,
		}},
		"an object":              {"a", `{"a":{"b":"hush"}}`, []string{`has an object at path = "a", where a string or a number is needed`, `At "a" are the keys: b`}},
		"a list":                 {"a", `[{"a":"hush"}]`, []string{`has nothing at path = "a"`, "It is a list: begin the path with [0]"}},
		"a key twice":            {"a", `{"a":"hush","a":"hush-hush"}`, []string{`has a key twice at path = "a"`}},
		"a key that is a secret": {"b", `{"ghs_fakeFAKE0123456789fake":"hush"}`, []string{"It has the keys: (sensitive)"}},
		"two lines":              {"a", `{"a":"hush\nhush"}`, []string{"what the program fake printed cannot be used: it has a line break"}},
	}, func(t *testing.T, tc row) {
		_, err := do(t, runs(t, tc.printed, nil), exchangeOf(tokenURL, source.Program{Args: []string{"fake"}, Path: answer.MustPath(tc.path)}))
		wantSaid(t, wantError(t, err, token.KindSource).Error(), tc.says, []string{"hush", "FAKE0123"})
	})
}

// Each request runs the program anew, and no error repeats what it prints.
func TestProgramIsRunForEachRequest(t *testing.T) {
	t.Parallel()
	endpoint, requests := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		tokentest.AnswerWith(http.StatusBadRequest, "application/json", `{"error":"invalid_grant","error_description":"not good: `+r.PostFormValue("subject_token")+`"}`)(w, r)
	})
	client := runs(t, "hush-from-program-hush\n", nil)
	for range 2 {
		_, err := do(t, client, exchangeOf(endpoint, source.Program{Args: []string{"fake"}}))
		wantSaid(t, wantError(t, err, token.KindRefused).Error(), []string{"not good: (sensitive)"}, []string{"hush"})
	}
	tokentest.WantCount(t, requests(), 2)
}

// The engine passes on the arguments and the time of an attempt.
func TestProgramGetsTheTimeOfAnAttempt(t *testing.T) {
	t.Parallel()
	var args []string
	var limit time.Duration
	runtime := testRuntime()
	runtime.Program = func(_ context.Context, got []string, _ []byte, timeout time.Duration) ([]byte, error) {
		args, limit = got, timeout
		return []byte("fake-token"), nil
	}
	endpoint, seen := subjectTokens(t)
	if _, err := do(t, clientWith(t, quickTransport(), runtime), exchangeOf(endpoint, source.Program{Args: []string{"fake", "a b"}})); err != nil {
		t.Fatal(err)
	}
	if strings.Join(args, "|") != "fake|a b" || limit != quickTransport().Timeout || strings.Join(*seen, "") != "fake-token" {
		t.Errorf("got %q, %s, %q", args, limit, *seen)
	}
}
