package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// tokens issues the tokens of one configured provider to its data sources and
// ephemeral resources.
type tokens struct {
	cache *token.Cache
	sets  map[string]credentialSets
	// unknownTransport names the transport's values that are not known yet.
	unknownTransport []string
	// known has the secrets of all sets and tokens.
	known *said.Shelf
}

// issue returns the token for the configuration of a data source or ephemeral resource
// and, if the token is to be revoked, its lease.
func (t *tokens) issue(ctx context.Context, s service.Service, config types.Object) (issued *token.Token, lease string, err error) {
	inputs := config.Attributes()
	wanted := inputs[credentialsInput]
	name, set, err := t.sets[s.Name].choose(stringValue(wanted), wanted != nil && !wanted.IsNull())
	if err != nil {
		return nil, "", t.withoutSecrets(err)
	}
	x, err := s.Exchange(name, set, config)
	if err != nil {
		return nil, "", t.withoutSecrets(err)
	}
	x.FromEnvironment = t.sets[s.Name].fromEnvironment
	if len(t.unknownTransport) > 0 {
		return nil, "", &service.UnknownError{Attributes: t.unknownTransport}
	}
	t.known.Add(x.Secrets) // with those of the inputs
	x.Secrets = append(x.Secrets, t.known.Entry())
	minRemaining := durationValue(inputs[minRemainingInput])
	if x.Revoke != nil {
		return t.cache.Lease(ctx, x, minRemaining)
	}
	issued, err = t.cache.Token(ctx, x, minRemaining)
	return issued, "", err
}

// withoutSecrets removes the secrets of all sets from the names in an error: a secret may
// have been put where the name of a set should be.
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

// stringValue returns a string, "" if it is null.
func stringValue(value attr.Value) string {
	s, _ := value.(types.String)
	return s.ValueString()
}

// durationValue returns a validated duration, 0 if it is null.
func durationValue(value attr.Value) time.Duration {
	d, _ := time.ParseDuration(stringValue(value))
	return d
}
