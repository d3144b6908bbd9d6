package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// tokens gets the tokens of one configured provider, for its data sources and
// ephemeral resources.
type tokens struct {
	cache *token.Cache
	sets  map[string]credentialSets
	// unknownTransport names the transport's values that are not known yet.
	unknownTransport []string
	// known is what is secret of all sets and tokens.
	known *said.Shelf
}

// request returns the token that the configuration of a data source or ephemeral
// resource requests and, if it is to be revoked, its lease. It tells which set that is.
func (t *tokens) request(ctx context.Context, s service.Service, config types.Object) (
	issued *token.Token, lease string, of diagnostic.Set, err error,
) {
	inputs := config.Attributes()
	wanted := inputs[credentialsInput]
	name, set, err := t.sets[s.Name].choose(text(wanted), wanted != nil && !wanted.IsNull())
	if err != nil {
		return nil, "", of, t.withoutSecrets(err)
	}
	x, err := s.Exchange(name, set, config)
	if err != nil {
		return nil, "", of, t.withoutSecrets(err)
	}
	of = t.setNamed(s, name)
	if len(t.unknownTransport) > 0 {
		return nil, "", of, &service.UnknownError{Attributes: t.unknownTransport}
	}
	t.known.Add(x.Secrets) // with those of the inputs
	x.Secrets = append(x.Secrets, t.known.Entry())
	minRemaining := duration(inputs[minRemainingInput])
	if x.Revoke != nil {
		issued, lease, err = t.cache.Lease(ctx, x, minRemaining)
	} else {
		issued, err = t.cache.Token(ctx, x, minRemaining)
	}
	return issued, lease, of, err
}

// setNamed returns a set of a service, for messages.
func (t *tokens) setNamed(s service.Service, name string) diagnostic.Set {
	return diagnostic.Set{Service: s, Name: name, FromEnvironment: t.sets[s.Name].fromEnvironment}
}

// withoutSecrets takes the secrets of all sets out of the names in an error: somebody
// may have put one where the name of a set should be.
func (t *tokens) withoutSecrets(err error) error {
	judge := said.Book{t.known.Entry()}.Judge()
	var credentials *credentialsError
	var unknown *service.UnknownError
	switch {
	case errors.As(err, &credentials):
		credentials.wanted = judge.Own(credentials.wanted)
		for i, name := range credentials.names {
			credentials.names[i] = judge.Own(name)
		}
	case errors.As(err, &unknown):
		unknown.Credentials = judge.Own(unknown.Credentials)
	}
	return err
}

func text(value attr.Value) string {
	s, _ := value.(types.String)
	return s.ValueString()
}

// duration returns a validated duration, 0 where there is none.
func duration(value attr.Value) time.Duration {
	d, _ := time.ParseDuration(text(value))
	return d
}
