package acceptance

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// badAnswer is an answer that must be refused, and what the error says of it.
type badAnswer struct {
	fault sandbox.Fault
	says  []string
}

func badAnswers(elsewhere string) []badAnswer {
	return []badAnswer{
		{sandbox.LineBreakToken(), []string{"No token in the response"}},
		{sandbox.Oversized(), []string{"No token in the response", "larger than 1 MiB"}},
		{sandbox.HTML(http.StatusOK), []string{"No token in the response"}},
		{sandbox.EmptyObject(), []string{"No token in the response"}},
		{
			sandbox.Redirect(http.StatusTemporaryRedirect, elsewhere+"/token"),
			[]string{"Token endpoint redirects elsewhere", elsewhere, "set token_url"},
		},
	}
}

// The services give different answers: the second round is the first, shifted
// by one, so that each answer is given for each kind.
func testBadAnswers(l *sandboxLab) {
	var reached atomic.Int32
	web := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	l.T.Cleanup(web.Close)
	answers := badAnswers(strings.Replace(web.URL, "127.0.0.1", "localhost", 1))
	for _, kind := range l.kinds() {
		l.Configure(l.head(""), blocks(kind, services()...))
		for round := range max(1, 1+len(answers)-len(services())) {
			given := map[string]badAnswer{}
			var addresses []string
			for i, service := range services() {
				address := kind + ".apitoken_" + service + ".this"
				given[address] = answers[(i+round)%len(answers)]
				l.box.Order(service, given[address].fault)
				addresses = append(addresses, address)
			}
			before := l.requests()
			for address, d := range l.ErrorsAt(addresses, "plan") {
				l.Says(d, given[address].says...)
			}
			l.asked(before, 1, services()...)
		}
	}
	if n := reached.Load(); n != 0 {
		l.T.Errorf("the other host was asked %d times", n)
	}
}
