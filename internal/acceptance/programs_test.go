package acceptance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const (
	printedToken  = "made-up-token-of-the-program"
	printedBeside = "made-up-value-beside-the-token"
	spokenAloud   = "made-up-remark-on-stderr"
)

// programs is a token endpoint that takes what a program prints.
type programs struct {
	*sandboxLab
	url  string
	seen chan string
}

func newPrograms(l *sandboxLab) *programs {
	if runtime.GOOS == "windows" {
		l.T.Skip("the scripts are for a shell of Unix")
	}
	p := &programs{sandboxLab: l, seen: make(chan string, 100)}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.seen <- r.PostFormValue("subject_token")
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"access_token":"made-up-access-token","token_type":"Bearer","expires_in":3600}`)
	}))
	l.T.Cleanup(web.Close)
	p.url = web.URL
	return p
}

// block is a provider block whose only set gets its token from a script, which is a file
// beside the configuration.
func (p *programs) block(script, path string) string {
	p.T.Helper()
	p.Write("program.sh", script)
	if path != "" {
		path = "path = " + strconv.Quote(path)
	}
	return p.variables() + providerBlock("", `
  oauth2 = {
    default = {
      token_url   = "`+p.url+`"
      client_auth = "none"
      grant       = "urn:ietf:params:oauth:grant-type:token-exchange"
      subject_token = {
        program = ["sh", "${path.module}/program.sh", "hush-argument"]
        `+path+`
      }
      subject_token_type = "urn:ietf:params:oauth:token-type:jwt"
    }
  }
  transport = { max_retries = 0 }
`)
}

// What a program prints is sent, and is nowhere else: neither in a log at TRACE nor in an
// error.
func testPrograms(l *sandboxLab) {
	p := newPrograms(l)
	log := p.talkative()
	p.Configure(p.block(`
printf '{"status":{"token":"`+printedToken+`","beside":"`+printedBeside+`"}}'
echo "`+spokenAloud+`" >&2
`, "status.token"), ephemerals("oauth2"), use("ephemeral.apitoken_oauth2.this.access_token"))
	p.Must("plan", "-out="+savedPlan)
	p.Must("apply", savedPlan)
	for range 2 {
		if got := <-p.seen; got != printedToken {
			p.T.Errorf("%q was sent", got)
		}
	}

	p.Configure(p.block(`
echo "`+printedToken+`"
echo "first `+spokenAloud+`" >&2
echo "cannot use `+printedToken+` or $1" >&2
exit 3
`, ""), dataSources("oauth2"))
	d := p.ErrorsAt([]string{"data.apitoken_oauth2.this"}, "plan")["data.apitoken_oauth2.this"]
	p.Says(d, "No value for an assertion or a token", "subject_token.program has no value: the program sh ended with exit status 3",
		"The program said: cannot use (sensitive) or (sensitive)")
	if text := p.Read(log); !strings.Contains(text, "[TRACE]") {
		p.T.Error("there is no log")
	}
	p.mustNotHoldIn(log)
}

// mustNotHoldIn fails the test if anything but the script itself has a text of the program.
func (p *programs) mustNotHoldIn(log string) {
	p.T.Helper()
	needles := []clitest.Needle{
		{Name: "what was printed", Value: printedToken}, {Name: "what was printed beside it", Value: printedBeside}, {Name: "what was said", Value: spokenAloud},
	}
	for _, finding := range p.Search(needles...) {
		if !strings.Contains(filepath.ToSlash(finding.Place), "program.sh") {
			p.T.Errorf("found %s (the log is %s)", finding, log)
		}
	}
}

// An interrupt and the time limit end the program and what it has started.
func testProgramsEnd(l *sandboxLab) {
	p := newPrograms(l)
	const script = `
sleep 600 &
echo $$ $! > pids.new
mv pids.new pids
wait
`
	ephemeral := ephemerals("oauth2")
	deferred := later + `
ephemeral "apitoken_oauth2" "this" {
  open_after = terraform_data.later.id
}
`
	for name, config := range map[string]string{"plan, data source": dataSources("oauth2"), "plan, ephemeral resource": ephemeral, "apply, ephemeral resource": deferred} {
		l.T.Run(name, func(t *testing.T) {
			q := &programs{sandboxLab: l.within(t), url: p.url}
			q.forgetState()
			q.Configure(q.block(script, ""), config, map[bool]string{true: use("ephemeral.apitoken_oauth2.this.access_token")}[config != dataSources("oauth2")])
			q.interruptProgram(strings.HasPrefix(name, "apply"))
		})
	}
	l.T.Run("time limit", func(t *testing.T) {
		q := &programs{sandboxLab: l.within(t), url: p.url}
		q.Configure(strings.Replace(q.block(script, ""), "transport = {", `transport = { timeout = "2s",`, 1), dataSources("oauth2"))
		for _, d := range q.ErrorsAt([]string{"data.apitoken_oauth2.this"}, "plan") {
			q.Says(d, "did not end within transport.timeout (2s), and was ended", "no terminal")
		}
		q.wantEnded(q.pids())
	})
}

// interruptProgram interrupts a run once the program is there.
func (p *programs) interruptProgram(isApply bool) {
	p.T.Helper()
	args := []string{"plan"}
	if isApply {
		args = []string{"apply", "-auto-approve"}
	}
	run := clitest.Must(p.Start(p.T.Context(), args...))(p.T)
	pids := p.pids()
	began := time.Now()
	clitest.OK(p.T, run.Interrupt())
	result, err := run.Wait()
	if err != nil || result.Code != 1 || !strings.Contains(result.Stderr, "Token request interrupted") {
		p.T.Errorf("ended with %d, %v:\n%s", result.Code, err, result.Stdout+result.Stderr)
	}
	if took := time.Since(began); took > patience {
		p.T.Errorf("it took %s", took)
	}
	p.wantEnded(pids)
}

// pids returns the processes of the script, as soon as there are any.
func (p *programs) pids() []int {
	p.T.Helper()
	path := p.Path("pids")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		text, err := os.ReadFile(path) //nolint:gosec // the test's own
		if err == nil {
			clitest.OK(p.T, os.Remove(path))
			var found []int
			for field := range strings.FieldsSeq(string(text)) {
				found = append(found, clitest.Must(strconv.Atoi(field))(p.T))
			}
			return found
		}
		if time.Now().After(deadline) {
			p.T.Fatal("the program does not run")
		}
	}
}

// wantEnded fails the test if one of two processes is still there.
func (p *programs) wantEnded(pids []int) {
	p.T.Helper()
	isThere := func(pid int) bool {
		process, err := os.FindProcess(pid)
		return err == nil && process.Signal(syscall.Signal(0)) == nil
	}
	deadline := time.Now().Add(patience)
	for slices.ContainsFunc(pids, isThere) && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if len(pids) != 2 || slices.ContainsFunc(pids, isThere) {
		p.T.Errorf("of the processes %v, some are left", pids)
	}
}
