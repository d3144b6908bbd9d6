package acceptance

import (
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

// token returns the access token that a value has; the sandbox must have issued it.
func (l *sandboxLab) token(value map[string]any) string {
	l.T.Helper()
	token, _ := value["access_token"].(string)
	if err := l.issued().CheckValue(token); err != nil {
		l.T.Error(err)
	}
	return token
}

// issued is a token that the sandbox has issued.
func (l *sandboxLab) issued() knownvalue.Check {
	return knownvalue.StringFunc(func(token string) error {
		if !slices.Contains(l.box.Tokens(), token) {
			return fmt.Errorf("the sandbox has not issued the token")
		}
		return nil
	})
}

// checkClients checks to which clients tokens were issued: those in the state, by
// the address of their data source, and those echoed, by name.
func (l *sandboxLab) checkClients(want map[string]string) {
	l.T.Helper()
	values := l.State()
	if _, ok := values["terraform_data.echo"]; ok {
		for name, value := range l.Echoed() {
			values[name], _ = value.(map[string]any)
		}
	}
	got := map[string]string{}
	for address := range want {
		_, claims, err := answer.DecodeJWT(l.token(values[address]))
		if err != nil {
			l.T.Errorf("%s: %v", address, err)
		}
		got[address] = fmt.Sprint(claims["sub"])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.T.Error(diff)
	}
}
