package acceptance

import (
	"path/filepath"
	"strings"
)

// A data source has a new token in each plan. The guide says where a plan shows that, and that
// a token store keeps the token.
func testNewTokens(l *sandboxLab) {
	const output = `
output "token" {
  value     = data.apitoken_emtech.this.access_token
  sensitive = true
}
`
	stored := l.head(directoryStore(filepath.Join(l.Dir, "store")))
	l.showsNewToken("nothing", "", l.head(""), l.httpDataSources(), dataSources(services()...))
	l.showsNewToken("nothing", "", l.head(""), dataSources("emtech"), `
data "apitoken_epgl" "consumer" {
  provider = apitoken.consumer
}
`, providerBlock("consumer", l.set("epgl", `length(data.apitoken_emtech.this.access_token) > 0 ? var.epgl_secret : ""`)))
	l.showsNewToken("a resource", "1 to change", l.head(""), dataSources("emtech"), tokenInResource)
	l.showsNewToken("an output", "Changes to Outputs", l.head(""), dataSources("emtech"), output)
	l.showsNewToken("nothing with a store", "", stored, dataSources("emtech"), tokenInResource, output)
}

const tokenInResource = `
resource "terraform_data" "this" {
  input = data.apitoken_emtech.this.access_token
}
`

// showsNewToken applies a configuration, and checks what the next plan shows; "": nothing.
func (l *sandboxLab) showsNewToken(what, want string, configuration ...string) {
	l.T.Helper()
	l.Configure(configuration...)
	l.Must("apply", "-auto-approve")
	result := l.Run("plan", "-detailed-exitcode")
	code := 0
	if want != "" {
		code = 2
	}
	if result.Code != code || !strings.Contains(result.Stdout, want) {
		l.T.Errorf("%s: the next plan ended with %d, want %d and %q:\n%s", what, result.Code, code, want, result.Stdout+result.Stderr)
	}
}
