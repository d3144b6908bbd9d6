package provider_test

import (
	"fmt"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// checkNoSecret looks for the secrets of the service's clients and for every issued
// token, in each encoding.
func checkNoSecret(t *testing.T, b *box, service, said string) {
	t.Helper()
	var needles []clitest.Needle
	for _, c := range b.Clients(service) {
		needles = append(needles, clitest.Needle{Name: "the secret of " + c.ID, Value: c.Secret})
	}
	for i, token := range b.Tokens() {
		needles = append(needles, clitest.Needle{Name: fmt.Sprintf("token %d", i), Value: token})
	}
	checkNot(t, said, needles...)
}

func checkNot(t *testing.T, said string, needles ...clitest.Needle) {
	t.Helper()
	findings := clitest.Must(clitest.SearchBytes("what is said", []byte(said), needles...))(t)
	for _, finding := range findings {
		t.Errorf("%s:\n%s", finding, said)
	}
}
