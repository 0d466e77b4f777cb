using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Kontena.Web.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Telemetry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "InstanceRollUps",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    InstanceId = table.Column<Guid>(type: "uuid", nullable: false),
                    ServiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Seconds = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Points = table.Column<int>(type: "integer", nullable: false),
                    CpuPercent = table.Column<double>(type: "double precision", nullable: false),
                    CpuPercentMost = table.Column<double>(type: "double precision", nullable: false),
                    MemoryBytesMost = table.Column<long>(type: "bigint", nullable: false),
                    MemoryLimitBytes = table.Column<long>(type: "bigint", nullable: false),
                    NetworkReceivedPerSecond = table.Column<double>(type: "double precision", nullable: false),
                    NetworkSentPerSecond = table.Column<double>(type: "double precision", nullable: false),
                    BlockReadPerSecond = table.Column<double>(type: "double precision", nullable: false),
                    BlockWrittenPerSecond = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InstanceRollUps", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LogBlocks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    StreamId = table.Column<long>(type: "bigint", nullable: false),
                    ServiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    FirstAt = table.Column<long>(type: "bigint", nullable: false),
                    LastAt = table.Column<long>(type: "bigint", nullable: false),
                    Length = table.Column<int>(type: "integer", nullable: false),
                    StoredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Block = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogBlocks", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LogSegments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ServiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    OpenedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    SealedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    FirstAt = table.Column<long>(type: "bigint", nullable: false),
                    LastAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogSegments", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LogStreams",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    GridId = table.Column<Guid>(type: "uuid", nullable: false),
                    NodeId = table.Column<Guid>(type: "uuid", nullable: false),
                    ServiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    InstanceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    ContainerId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    LastSequence = table.Column<long>(type: "bigint", nullable: false),
                    StdoutAt = table.Column<long>(type: "bigint", nullable: false),
                    StdoutRecords = table.Column<int>(type: "integer", nullable: false),
                    StderrAt = table.Column<long>(type: "bigint", nullable: false),
                    StderrRecords = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    StoredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogStreams", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "NodeRollUps",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NodeId = table.Column<Guid>(type: "uuid", nullable: false),
                    Seconds = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    Points = table.Column<int>(type: "integer", nullable: false),
                    CpuPercent = table.Column<double>(type: "double precision", nullable: false),
                    Load1 = table.Column<double>(type: "double precision", nullable: false),
                    MemoryTotalBytes = table.Column<long>(type: "bigint", nullable: false),
                    MemoryUsedBytesMost = table.Column<long>(type: "bigint", nullable: false),
                    DiskTotalBytes = table.Column<long>(type: "bigint", nullable: false),
                    DiskUsedBytesMost = table.Column<long>(type: "bigint", nullable: false),
                    NetworkReceivedPerSecond = table.Column<double>(type: "double precision", nullable: false),
                    NetworkSentPerSecond = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_NodeRollUps", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "StatBlocks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    SubjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    ServiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    FirstAt = table.Column<long>(type: "bigint", nullable: false),
                    LastAt = table.Column<long>(type: "bigint", nullable: false),
                    Columns = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StatBlocks", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_InstanceRollUps_InstanceId_Seconds_At",
                table: "InstanceRollUps",
                columns: new[] { "InstanceId", "Seconds", "At" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_InstanceRollUps_Seconds_At",
                table: "InstanceRollUps",
                columns: new[] { "Seconds", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_InstanceRollUps_ServiceId_Seconds_At",
                table: "InstanceRollUps",
                columns: new[] { "ServiceId", "Seconds", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_LogBlocks_ServiceId_LastAt",
                table: "LogBlocks",
                columns: new[] { "ServiceId", "LastAt" });

            migrationBuilder.CreateIndex(
                name: "IX_LogBlocks_StoredAt",
                table: "LogBlocks",
                column: "StoredAt");

            migrationBuilder.CreateIndex(
                name: "IX_LogBlocks_StreamId_Sequence",
                table: "LogBlocks",
                columns: new[] { "StreamId", "Sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LogSegments_ServiceId",
                table: "LogSegments",
                column: "ServiceId");

            migrationBuilder.CreateIndex(
                name: "IX_LogStreams_InstanceId_ContainerId",
                table: "LogStreams",
                columns: new[] { "InstanceId", "ContainerId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LogStreams_NodeId",
                table: "LogStreams",
                column: "NodeId");

            migrationBuilder.CreateIndex(
                name: "IX_LogStreams_ServiceId",
                table: "LogStreams",
                column: "ServiceId");

            migrationBuilder.CreateIndex(
                name: "IX_NodeRollUps_NodeId_Seconds_At",
                table: "NodeRollUps",
                columns: new[] { "NodeId", "Seconds", "At" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_NodeRollUps_Seconds_At",
                table: "NodeRollUps",
                columns: new[] { "Seconds", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_StatBlocks_LastAt",
                table: "StatBlocks",
                column: "LastAt");

            migrationBuilder.CreateIndex(
                name: "IX_StatBlocks_ServiceId_LastAt",
                table: "StatBlocks",
                columns: new[] { "ServiceId", "LastAt" });

            migrationBuilder.CreateIndex(
                name: "IX_StatBlocks_SubjectId_LastAt",
                table: "StatBlocks",
                columns: new[] { "SubjectId", "LastAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "InstanceRollUps");

            migrationBuilder.DropTable(
                name: "LogBlocks");

            migrationBuilder.DropTable(
                name: "LogSegments");

            migrationBuilder.DropTable(
                name: "LogStreams");

            migrationBuilder.DropTable(
                name: "NodeRollUps");

            migrationBuilder.DropTable(
                name: "StatBlocks");
        }
    }
}
