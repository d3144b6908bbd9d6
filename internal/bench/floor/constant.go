package main

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	data "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	eph "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// tokenLength is that of the tokens which the sandbox issues, so that plans
// and states are as long.
const tokenLength = 209

// values are the inputs and outputs that both kinds have.
type values struct {
	Credentials  types.String      `tfsdk:"credentials"`
	MinRemaining types.String      `tfsdk:"min_remaining"`
	AccessToken  string            `tfsdk:"access_token"`
	TokenType    string            `tfsdk:"token_type"`
	ExpiresIn    int64             `tfsdk:"expires_in"`
	ExpiresAt    string            `tfsdk:"expires_at"`
	IssuedAt     string            `tfsdk:"issued_at"`
	HeaderName   string            `tfsdk:"header_name"`
	HeaderValue  string            `tfsdk:"header_value"`
	Headers      map[string]string `tfsdk:"headers"`
}

// openedValues are those of the ephemeral resource.
type openedValues struct {
	values
	OpenAfter types.String `tfsdk:"open_after"`
}

// constants are the outputs; no configuration sets an input.
func constants() values {
	const header = "x-sandbox-app-auth"
	constant := strings.Repeat("t", tokenLength)
	return values{
		AccessToken: constant,
		TokenType:   "Bearer",
		ExpiresIn:   3600,
		ExpiresAt:   "2030-01-01T01:00:00Z",
		IssuedAt:    "2030-01-01T00:00:00Z",
		HeaderName:  header,
		HeaderValue: "Bearer " + constant,
		Headers:     map[string]string{header: "Bearer " + constant},
	}
}

// constantData is the data source.
type constantData struct{}

// Metadata names the data source.
func (constantData) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = typeName + "_" + service
}

// Schema describes the data source.
func (constantData) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	const text = "A constant."
	resp.Schema = data.Schema{
		MarkdownDescription: "Constants.",
		Attributes: map[string]data.Attribute{
			"credentials":   data.StringAttribute{Optional: true, MarkdownDescription: text},
			"min_remaining": data.StringAttribute{Optional: true, MarkdownDescription: text},
			"access_token":  data.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: text},
			"token_type":    data.StringAttribute{Computed: true, MarkdownDescription: text},
			"expires_in":    data.Int64Attribute{Computed: true, MarkdownDescription: text},
			"expires_at":    data.StringAttribute{Computed: true, MarkdownDescription: text},
			"issued_at":     data.StringAttribute{Computed: true, MarkdownDescription: text},
			"header_name":   data.StringAttribute{Computed: true, MarkdownDescription: text},
			"header_value":  data.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: text},
			"headers":       data.MapAttribute{Computed: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: text},
		},
	}
}

// Read hands out the constants.
func (constantData) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(resp.State.Set(ctx, constants())...)
}

// constantEphemeral is the ephemeral resource.
type constantEphemeral struct{}

// Metadata names the ephemeral resource.
func (constantEphemeral) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = typeName + "_" + service
}

// Schema describes the ephemeral resource.
func (constantEphemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	const text = "A constant."
	resp.Schema = eph.Schema{
		MarkdownDescription: "Constants.",
		Attributes: map[string]eph.Attribute{
			"credentials":   eph.StringAttribute{Optional: true, MarkdownDescription: text},
			"min_remaining": eph.StringAttribute{Optional: true, MarkdownDescription: text},
			"open_after":    eph.StringAttribute{Optional: true, MarkdownDescription: text},
			"access_token":  eph.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: text},
			"token_type":    eph.StringAttribute{Computed: true, MarkdownDescription: text},
			"expires_in":    eph.Int64Attribute{Computed: true, MarkdownDescription: text},
			"expires_at":    eph.StringAttribute{Computed: true, MarkdownDescription: text},
			"issued_at":     eph.StringAttribute{Computed: true, MarkdownDescription: text},
			"header_name":   eph.StringAttribute{Computed: true, MarkdownDescription: text},
			"header_value":  eph.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: text},
			"headers":       eph.MapAttribute{Computed: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: text},
		},
	}
}

// Open hands out the constants.
func (constantEphemeral) Open(ctx context.Context, _ ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Diagnostics.Append(resp.Result.Set(ctx, openedValues{values: constants()})...)
}
