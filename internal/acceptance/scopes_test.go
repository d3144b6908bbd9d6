package acceptance

import "github.com/google/go-cmp/cmp"

// Scopes of the set are the default; scopes as input replace them, no scopes too.
func testScopes(l *sandboxLab) {
	const (
		ofSet   = "scope=category.category_read tenant=yourtenant"
		ofInput = "scope=category.category_manage category.category_publish tenant=yourtenant"
		all     = "scope=category.category_manage category.category_publish category.category_read " +
			"category.category_read_unpublished category.category_unpublish tenant=yourtenant"
		sets = "  provider = apitoken.scoped\n"
		two  = sets + "  scopes = [\"category.category_publish\", \"category.category_manage\"]\n"
	)
	l.Configure(l.head(""),
		providerBlock("scoped", l.setWith("emporix", `scopes = ["category.category_read"]`)+l.setWith("oauth2", `scopes = ["write", "read"]`)),
		"data \"apitoken_emporix\" \"set\" {\n"+sets+"}\n",
		"data \"apitoken_emporix\" \"input\" {\n"+two+"}\n",
		"data \"apitoken_emporix\" \"none\" {\n"+sets+"  scopes = []\n}\n",
		"data \"apitoken_oauth2\" \"set\" {\n"+sets+"}\n",
		"data \"apitoken_oauth2\" \"input\" {\n"+sets+"  scopes = [\"admin\"]\n}\n",
		"ephemeral \"apitoken_emporix\" \"set\" {\n"+sets+"}\n",
		"ephemeral \"apitoken_emporix\" \"input\" {\n"+two+"}\n",
		"ephemeral \"apitoken_oauth2\" \"input\" {\n"+sets+"  scopes = [\"admin\"]\n}\n",
		l.Echo(`{
        set    = ephemeral.apitoken_emporix.set.scope
        input  = ephemeral.apitoken_emporix.input.scope
        oauth2 = ephemeral.apitoken_oauth2.input.scope
      }`))
	l.Must("apply", "-auto-approve")
	state, ephemeral := l.State(), l.Echoed()
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"set", state["data.apitoken_emporix.set"]["scope"], ofSet},
		{"set's scopes", state["data.apitoken_emporix.set"]["scopes"], nil},
		{"input", state["data.apitoken_emporix.input"]["scope"], ofInput},
		{"input's scopes", state["data.apitoken_emporix.input"]["scopes"], []any{"category.category_manage", "category.category_publish"}},
		{"tenant", state["data.apitoken_emporix.input"]["tenant"], "yourtenant"},
		{"none", state["data.apitoken_emporix.none"]["scope"], all},
		{"set of oauth2", state["data.apitoken_oauth2.set"]["scope"], "read write"},
		{"input of oauth2", state["data.apitoken_oauth2.input"]["scope"], "admin"},
		{"ephemeral set", ephemeral["set"], ofSet},
		{"ephemeral input", ephemeral["input"], ofInput},
		{"ephemeral input of oauth2", ephemeral["oauth2"], "admin"},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			l.T.Errorf("%s: %s", c.name, diff)
		}
	}
}

// A scope that the client does not have is refused with the vendor's words.
func testScopeRefused(l *sandboxLab) {
	const address = "data.apitoken_emporix.this"
	l.Configure(l.head(""), "data \"apitoken_emporix\" \"this\" {\n  scopes = [\"category.category_eat\"]\n}\n")
	l.Says(l.ErrorsAt([]string{address}, "plan")[address], "Token request refused", "Service emporix", "HTTP 400 Bad Request",
		"The vendor said: invalid_scope: The scope is not assigned to the client.", "Emporix Developer Portal")
}
