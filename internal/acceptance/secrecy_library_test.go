package acceptance

import (
	"net/http/httptest"
	"slices"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// Go's HTTP library has a log of its own. With http2debug it has every header of
// a request in it, and without, what a server says before it is asked.
func testSecrecyLibrary(l *sandboxLab) {
	log, m := l.talkative(), newMirror(l)
	l.Env["GODEBUG"] = "http2debug=2"
	secrets := l.makeUp()
	web := httptest.NewUnstartedServer(m)
	web.EnableHTTP2 = true
	web.StartTLS()
	l.T.Cleanup(web.Close)
	sets := slices.DeleteFunc(oauth2Sets(), func(s madeUpSet) bool { return s.name != "raw" && s.name != "params" })
	l.Configure(l.head(""), madeUpVariable,
		providerBlock("made_up", "transport = {\n"+trusting(web)+"}\n"+
			setBlocks(sets, func(s madeUpSet) string { return web.URL + "/good/" + s.service + "/" + s.name })),
		all("ephemeral", "oauth2", "made_up", "this", sets, ""))
	l.Must("plan")
	l.checkLog(log)
	m.checkFindable(l, slices.DeleteFunc(slices.Clone(secrets), func(n clitest.Needle) bool {
		return !slices.Contains([]string{"made-up raw", "made-up param", "made-up header"}, n.Name)
	}))
	l.MustNotHold(append(secrets, m.needles(secrets)...)...)
}
