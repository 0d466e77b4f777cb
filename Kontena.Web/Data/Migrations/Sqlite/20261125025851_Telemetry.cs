using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Kontena.Web.Data.Migrations.Sqlite
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
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    InstanceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ServiceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Points = table.Column<int>(type: "INTEGER", nullable: false),
                    CpuPercent = table.Column<double>(type: "REAL", nullable: false),
                    CpuPercentMost = table.Column<double>(type: "REAL", nullable: false),
                    MemoryBytesMost = table.Column<long>(type: "INTEGER", nullable: false),
                    MemoryLimitBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    NetworkReceivedPerSecond = table.Column<double>(type: "REAL", nullable: false),
                    NetworkSentPerSecond = table.Column<double>(type: "REAL", nullable: false),
                    BlockReadPerSecond = table.Column<double>(type: "REAL", nullable: false),
                    BlockWrittenPerSecond = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InstanceRollUps", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LogBlocks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    StreamId = table.Column<long>(type: "INTEGER", nullable: false),
                    ServiceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    FirstAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Length = table.Column<int>(type: "INTEGER", nullable: false),
                    StoredAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Block = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogBlocks", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LogSegments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ServiceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    OpenedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    SealedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    FirstAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogSegments", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LogStreams",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    GridId = table.Column<Guid>(type: "TEXT", nullable: false),
                    NodeId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ServiceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    InstanceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    ContainerId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    LastSequence = table.Column<long>(type: "INTEGER", nullable: false),
                    StdoutAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StdoutRecords = table.Column<int>(type: "INTEGER", nullable: false),
                    StderrAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StderrRecords = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StoredAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogStreams", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "NodeRollUps",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NodeId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Points = table.Column<int>(type: "INTEGER", nullable: false),
                    CpuPercent = table.Column<double>(type: "REAL", nullable: false),
                    Load1 = table.Column<double>(type: "REAL", nullable: false),
                    MemoryTotalBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    MemoryUsedBytesMost = table.Column<long>(type: "INTEGER", nullable: false),
                    DiskTotalBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    DiskUsedBytesMost = table.Column<long>(type: "INTEGER", nullable: false),
                    NetworkReceivedPerSecond = table.Column<double>(type: "REAL", nullable: false),
                    NetworkSentPerSecond = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_NodeRollUps", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "StatBlocks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SubjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ServiceId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    FirstAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Columns = table.Column<byte[]>(type: "BLOB", nullable: false)
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
