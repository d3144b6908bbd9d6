package acceptance

import (
	"fmt"
	"path/filepath"
	"strings"
)

const (
	manyReads    = 500
	manyOpenings = 20
)

// The ephemeral resources are consumed by a provider block, so that no CLI has
// a reason to leave one out; and the provider's log tells how many were opened.
func testOneRequest(l *sandboxLab) {
	log := filepath.Join(l.Dir, "logs", "provider.log")
	l.Env["TF_LOG_PROVIDER"], l.Env["TF_LOG_PATH"] = "TRACE", log
	l.Configure(l.head(""), manyReferences(), providerBlock("consumer", l.set("epgl",
		`length(join("", local.tokens)) > 0 ? var.epgl_secret : ""`)))
	l.Must("plan")

	l.asked(nil, 1, "emtech", "epgl")
	text := l.Read(log)
	for call, want := range map[string]int{
		"tf_data_source_type=apitoken_emtech":        manyReads,
		"tf_ephemeral_resource_type=apitoken_emtech": manyOpenings,
		"tf_data_source_type=apitoken_epgl":          1,
	} {
		if got := countCalls(text, call); got != want {
			l.T.Errorf("%d calls with %s, want %d", got, call, want)
		}
	}
}

func manyReferences() string {
	text := fmt.Sprintf(`
data "apitoken_emtech" "many" {
  count = %d
}

data "apitoken_epgl" "consumer" {
  provider = apitoken.consumer
}
`, manyReads)
	var tokens []string
	for i := range manyOpenings {
		name := fmt.Sprintf("n%02d", i)
		text += fmt.Sprintf("\nephemeral \"apitoken_emtech\" %q {}\n", name)
		tokens = append(tokens, "ephemeral.apitoken_emtech."+name+".access_token")
	}
	return text + "\nlocals {\n  tokens = [" + strings.Join(tokens, ", ") + "]\n}\n"
}

// countCalls counts the reads and openings that the provider's log tells of.
func countCalls(log, attribute string) int {
	count := 0
	for line := range strings.Lines(log) {
		asks := strings.Contains(line, "tf_rpc=ReadDataSource") || strings.Contains(line, "tf_rpc=OpenEphemeralResource")
		if asks && strings.Contains(line, "Received request") && strings.Contains(line, attribute) {
			count++
		}
	}
	return count
}
