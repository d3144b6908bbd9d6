package acceptance

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// protoDir is where the plugin libraries would write each message.
func (l *sandboxLab) protoDir() string { return filepath.Join(l.Dir, "logs", "proto") }

// talkative has the CLI, the providers and the plugin libraries log all they can.
func (l *sandboxLab) talkative() (log string) {
	l.T.Helper()
	log = l.Trace()
	l.Env["TF_LOG_CORE"], l.Env["TF_LOG_PROVIDER"] = "TRACE", "TRACE"
	l.Env["TF_LOG_SDK"], l.Env["TF_LOG_SDK_PROTO"] = "TRACE", "TRACE"
	l.Env["TF_LOG_SDK_PROTO_DATA_DIR"] = l.protoDir()
	clitest.OK(l.T, os.MkdirAll(l.protoDir(), 0o700))
	return log
}

func (l *sandboxLab) secrets() []clitest.Needle {
	var needles []clitest.Needle
	for _, name := range services() {
		needles = append(needles, clitest.Needle{Name: "secret of " + name, Value: l.Env["TF_VAR_"+name+"_secret"]})
	}
	return needles
}

func (l *sandboxLab) tokens() []clitest.Needle {
	needles := []clitest.Needle{{Name: "token of the gateway", Value: gatewayToken}}
	for _, token := range l.box.Tokens() {
		needles = append(needles, clitest.Needle{Name: "token", Value: token})
	}
	return needles
}

// checkLog makes sure that there was something to find the needles in.
func (l *sandboxLab) checkLog(log string) {
	l.T.Helper()
	text := l.Read(log)
	for _, part := range []string{"[TRACE]", "terraform-provider-apitoken_v", "tf_rpc=ConfigureProvider", "asking the token endpoint"} {
		if !strings.Contains(text, part) {
			l.T.Errorf("the log does not hold %q", part)
		}
	}
}

// checkNoMessages makes sure that the provider's messages are not on disk.
func (l *sandboxLab) checkNoMessages() {
	l.T.Helper()
	files, err := os.ReadDir(l.protoDir())
	if err != nil || len(files) > 0 {
		l.T.Errorf("%d messages on disk, error %v", len(files), err)
	}
}

// With ephemeral resources alone, no secret and no token is anywhere. With data
// sources, tokens are in the plan and the state, in clear text: the CLIs write
// the values of every data source there. Nothing else holds one: neither the
// provider nor the CLIs, nor the http provider that gets the headers, log them
// at TRACE or print them.
func testSecrecy(l *sandboxLab) {
	log := l.talkative()
	l.Configure(l.head(""), ephemerals(services()...), l.consumers())
	l.Must("plan", "-out="+savedPlan)
	l.Must("show", "-json", savedPlan)
	l.Must("apply", savedPlan)
	l.Must("show", "-json")
	l.checkLog(log)
	l.opened(3)
	if n := len(l.box.Tokens()); n != 2*len(services()) {
		l.T.Errorf("%d tokens were issued", n)
	}
	l.MustNotHold(append(l.secrets(), l.tokens()...)...)
	l.checkNoMessages()

	l.Configure(l.head(""), dataSources(services()...), l.httpDataSources())
	l.Must("plan", "-out="+savedPlan)
	l.Must("apply", savedPlan)
	l.MustNotHold(l.secrets()...)
	l.checkNoMessages()
	stored := []string{"work/" + savedPlan + ": tfplan", "work/" + savedPlan + ": tfstate", "work/terraform.tfstate"}
	for _, finding := range l.Search(l.tokens()...) {
		if !slices.Contains(stored, filepath.ToSlash(finding.Place)) {
			l.T.Errorf("found %s", finding)
		}
	}
	l.mustFind(l.tokens(), "work/"+savedPlan+": tfstate", "work/terraform.tfstate")
}

// Every way to fail, at plan; and one at apply. An endpoint that repeats the
// secret in its message is among them, and one that does not know it.
func testSecrecyErrors(l *sandboxLab) {
	log := l.talkative()
	l.Configure(l.head(hurried), ephemerals(services()...), l.consumers())
	l.Must("plan", "-out="+savedPlan)
	l.always(sandbox.EchoSecret())
	l.fails("vendor said", "apply", savedPlan)

	l.Configure(l.head(hurried), dataSources(services()...), ephemerals(services()...), l.consumers())
	for _, failing := range []struct {
		fault sandbox.Fault
		says  string
	}{
		{sandbox.EchoSecret(), "vendor said"},
		{sandbox.Status(401), "HTTP 401"},
		{sandbox.Status(500), "HTTP 500"},
		{sandbox.LineBreakToken(), "No token in the response"},
		{sandbox.CutBody(), "Token endpoint cannot be reached"},
	} {
		l.always(failing.fault)
		l.fails(failing.says, "plan")
	}
	l.heal()
	known := l.secrets()
	for _, name := range services() {
		l.Env["TF_VAR_"+name+"_secret"] = "quite+wrong/but secret=" + name
	}
	l.fails("HTTP 401", "plan")
	l.checkLog(log)
	l.MustNotHold(slices.Concat(known, l.secrets(), l.tokens())...)
	l.checkNoMessages()
}

// fails runs the CLI, which must fail for every service. The errors are not
// repeated where they are others: this is about what is in them.
func (l *sandboxLab) fails(says string, args ...string) {
	l.T.Helper()
	result := l.Run(args...)
	said := strings.Join(strings.Fields(result.Stderr), " ") // on one line
	if n := strings.Count(said, says); result.Code != 1 || n < len(services()) {
		l.T.Errorf("%v ended with %d and says %q %d times", args, result.Code, says, n)
	}
}

// The search finds what there is to find. A secret that comes by a variable
// which is sensitive, but not ephemeral, is in the saved plan. A token that is
// handed to an output is, beyond plan and state, in what the CLI prints.
func testSearchFinds(l *sandboxLab) {
	l.Env["TF_VAR_stored"] = l.box.Client("epgl").Secret
	l.Configure(l.head(""), providerBlock("stored", l.set("epgl", "var.stored")), `
variable "stored" {
  type      = string
  sensitive = true
}

data "apitoken_epgl" "this" {
  provider = apitoken.stored
}

output "token" {
  value = nonsensitive(data.apitoken_epgl.this.access_token)
}
`)
	l.Must("plan", "-out="+savedPlan)
	l.mustFind(l.secrets(), "work/"+savedPlan+": tfplan")
	l.mustFind(l.tokens(), "work/"+savedPlan+": tfplan", "work/"+savedPlan+": tfstate", "out/02-plan.stdout")
	l.Must("apply", savedPlan)
	l.mustFind(l.tokens(), "work/terraform.tfstate", "out/03-apply.stdout")
}

func (l *sandboxLab) mustFind(needles []clitest.Needle, places ...string) {
	l.T.Helper()
	found := map[string]bool{}
	for _, finding := range l.Search(needles...) {
		found[filepath.ToSlash(finding.Place)] = true
	}
	for _, place := range places {
		if !found[place] {
			l.T.Errorf("nothing found in %s, only in %v", place, found)
		}
	}
}
